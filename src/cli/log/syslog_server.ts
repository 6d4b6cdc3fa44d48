import { ConfigError } from "../../config/config_error.ts";
import type { SyslogOptions } from "../../config/keys/syslog.ts";
import type { SyslogServer } from "../../runtime/syslog_socket.ts";
import { clientTlsOf, type ClientTlsRuntime } from "../client_tls.ts";
import { isTls, protocolOf } from "./syslog_format.ts";

const HOST = "127.0.0.1";
const PORT = 514;

/** Returns the configured server, with the contents of files. Throws {@linkcode ConfigError}. */
export function syslogServerOf(options: SyslogOptions, runtime: ClientTlsRuntime): SyslogServer {
  const { host = HOST, port = PORT, transport = "udp" } = options;
  if (!isTls(transport)) return { host, port, transport: transport as "udp" | "tcp" };
  if (protocolOf(options) === "rfc3164") {
    throw new ConfigError("log.syslog.protocol = rfc3164 does not go with TLS: over that, messages are of rfc5424.");
  }
  const tls = options.tls && clientTlsOf(options.tls, "log.syslog.ssl_options", runtime);
  return { host, port, transport: "tls", tls };
}
