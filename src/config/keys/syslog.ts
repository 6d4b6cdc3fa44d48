import type { LogThreshold } from "../log_level.ts";
import { readBoolean, readCount, readName } from "../value.ts";
import type { Effect } from "./effect.ts";
import { CLIENT_TLS, type Options } from "./client_tls.ts";
import { formatKeys, type LogFormat } from "./log_format.ts";
import { optionKeys, type OptionTree } from "./option_keys.ts";

export const SYSLOG_PROTOCOLS = ["rfc3164", "rfc5424"] as const;
export const SYSLOG_TRANSPORTS = ["udp", "tcp", "tls", "ssl"] as const;

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
  readonly tls?: OptionTree;
}

/** Returns options without those that RabbitMQ does not have for syslog. */
function withoutChoice({ sni: _, "ciphers.$cipher": __, hostname_verification: ___, ...others }: Options): Options {
  return others;
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

/** The options of TLS, which apply to the next connection. */
const TLS_KEYS: Readonly<Record<string, Effect<Draft>>> = Object.fromEntries(
  Object.entries(optionKeys("tls", "log.syslog.ssl_options", withoutChoice(CLIENT_TLS))).map((
    [name, effect],
  ) => [name, {
    ...effect,
    live: "now",
    apply(draft: Draft, value: string, ...parts: string[]) {
      const options = { ...draft.logSyslog };
      const reason = effect.apply(options, value, ...parts);
      draft.logSyslog = options;
      return reason;
    },
  }]),
);

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
  ...TLS_KEYS,
  ...formatKeys<Draft>(
    "log.syslog.formatter",
    (draft, format) => set(draft, { format: { ...draft.logSyslog?.format, ...format } }),
    "$msg",
  ),
};
