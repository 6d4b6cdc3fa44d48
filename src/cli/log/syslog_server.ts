import { ConfigError } from "../../config/config_error.ts";
import type { SyslogOptions } from "../../config/keys/syslog.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { SyslogServer } from "../../runtime/syslog_socket.ts";
import { isTls, protocolOf } from "./syslog_format.ts";

const HOST = "127.0.0.1";
const PORT = 514;

/** Returns the configured server, with the contents of files. Throws {@linkcode ConfigError}. */
export function syslogServerOf(options: SyslogOptions, runtime: Pick<Runtime, "readTextFile">): SyslogServer {
  const { host = HOST, port = PORT, transport = "udp" } = options;
  if (!isTls(transport)) return { host, port, transport: transport as "udp" | "tcp" };
  if (protocolOf(options) === "rfc3164") {
    throw new ConfigError("log.syslog.protocol = rfc3164 does not go with TLS: over that, messages are of rfc5424.");
  }
  const { cacertfile, certfile, keyfile, password, verify } = options.tls ?? {};
  if ((certfile === undefined) !== (keyfile === undefined)) {
    throw new ConfigError("log.syslog.ssl_options.certfile and .keyfile go together: one of them is missing.");
  }
  const read = (key: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    try {
      return runtime.readTextFile(path);
    } catch (error) {
      throw new ConfigError(`log.syslog.ssl_options.${key}: ${path} can't be read: ${(error as Error).message}`);
    }
  };
  const tls = {
    ca: read("cacertfile", cacertfile),
    cert: read("certfile", certfile),
    key: read("keyfile", keyfile),
    passphrase: password,
    rejectUnauthorized: verify !== "verify_none",
  };
  return { host, port, transport: "tls", tls };
}
