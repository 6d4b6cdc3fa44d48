import type { LogThreshold } from "../log_level.ts";
import { readBoolean, readCount, readName } from "../value.ts";
import type { Effect } from "./effect.ts";
import { formatKeys, type LogFormat } from "./log_format.ts";

export const SYSLOG_PROTOCOLS = ["rfc3164", "rfc5424"] as const;
export const SYSLOG_TRANSPORTS = ["udp", "tcp", "tls", "ssl"] as const;

/** Files and demands of a TLS connection to a syslog server. */
export interface SyslogTlsOptions {
  /** Path of the file with the certificates of authorities. Default: the system's. */
  readonly cacertfile?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
  readonly password?: string;
  /** Default: `verify_peer`. */
  readonly verify?: "verify_peer" | "verify_none";
}

/** The syslog server that gets lines, and their form. */
export interface SyslogOptions {
  readonly isEnabled?: boolean;
  readonly level?: LogThreshold;
  readonly format?: LogFormat;
  /** Name of the program. Default: the node's name up to the `@`. */
  readonly identity?: string;
  /** Default: `daemon`. */
  readonly facility?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 514. */
  readonly port?: number;
  /** Default: `udp`. */
  readonly transport?: typeof SYSLOG_TRANSPORTS[number];
  /** Default: `rfc3164`, and `rfc5424` over TLS. */
  readonly protocol?: typeof SYSLOG_PROTOCOLS[number];
  readonly tls?: SyslogTlsOptions;
}

interface Draft {
  logSyslog?: SyslogOptions;
}

const set = (draft: Draft, options: SyslogOptions) => void (draft.logSyslog = { ...draft.logSyslog, ...options });

const key = (help: string, read: (value: string) => SyslogOptions, fallback?: string): Effect<Draft> => ({
  help,
  default: fallback,
  live: "now",
  apply: (draft, value) => set(draft, read(value)),
});

const tlsKey = (help: string, read: (value: string) => SyslogTlsOptions, fallback?: string): Effect<Draft> => ({
  help,
  default: fallback,
  live: "now",
  apply: (draft, value) => set(draft, { tls: { ...draft.logSyslog?.tls, ...read(value) } }),
});

export const SYSLOG: Readonly<Record<string, Effect<Draft>>> = {
  "log.syslog": key("whether lines go to a syslog server", (value) => ({ isEnabled: readBoolean(value) }), "false"),
  "log.syslog.level": key("lowest level of these lines", (value) => ({ level: value as LogThreshold })),
  "log.syslog.identity": key("name of the program; by default the node's", (identity) => ({ identity })),
  "log.syslog.facility": key("facility of the lines", (facility) => ({ facility }), "daemon"),
  "log.syslog.multiline_mode": key("lines are never broken: true or false makes no difference", () => ({})),
  "log.syslog.host": key("name or address of the server", (host) => ({ host }), "127.0.0.1"),
  "log.syslog.ip": { ...key("address of the server", (host) => ({ host })), meaning: "log.syslog.host" },
  "log.syslog.port": key("its port", (value) => ({ port: readCount(value) }), "514"),
  "log.syslog.transport": key(
    "udp, tcp or tls; ssl is another name of tls",
    (value) => ({ transport: readName(value, SYSLOG_TRANSPORTS) }),
    "udp",
  ),
  "log.syslog.protocol": key(
    "rfc3164 or rfc5424; over TLS only rfc5424, which is the default there",
    (value) => ({ protocol: readName(value, SYSLOG_PROTOCOLS) }),
    "rfc3164",
  ),
  "log.syslog.ssl_options.cacertfile": tlsKey("file with the certificates of authorities", (cacertfile) => ({
    cacertfile,
  })),
  "log.syslog.ssl_options.certfile": tlsKey("file with the broker's certificate", (certfile) => ({ certfile })),
  "log.syslog.ssl_options.keyfile": tlsKey("file with its key", (keyfile) => ({ keyfile })),
  "log.syslog.ssl_options.password": tlsKey("password of that key", (value) => ({ password: value })),
  "log.syslog.ssl_options.verify": tlsKey(
    "whether the server's certificate is verified",
    (value) => ({ verify: readName<"verify_peer" | "verify_none">(value, ["verify_peer", "verify_none"]) }),
    "verify_peer",
  ),
  ...formatKeys<Draft>(
    "log.syslog.formatter",
    (draft, format) => set(draft, { format: { ...draft.logSyslog?.format, ...format } }),
    "$msg",
  ),
};
