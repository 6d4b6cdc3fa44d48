import { phrase } from "../../phrase/phrase.ts";
import { connectTls, type TlsConnectOptions } from "../../runtime/tls_client_socket.ts";
import type { Target } from "./load/connection.ts";
import { PerfError } from "./perf_error.ts";

/** What is verified of a broker, and the name that it is asked for. */
export type TlsChoice = TlsConnectOptions;

const PORT = 5672;
const TLS_PORT = 5671;

/** Reads a URI such as `amqps://user:password@host:5671/vhost`. */
export function targetOf(text: string, tls: TlsChoice): Target {
  const url = URL.parse(text.trim());
  const hasTls = url?.protocol === "amqps:";
  if (url === null || !hasTls && url.protocol !== "amqp:") {
    throw new PerfError(phrase`Wrong URI: ${text}. It should look like amqp://user:password@host:5672/vhost.`);
  }
  const vhost = decodeURIComponent(url.pathname.slice(1));
  const isNamed = url.username !== "" || url.password !== "";
  return {
    host: url.hostname.replace(/^\[|\]$/g, "") || "localhost",
    port: Number(url.port || (hasTls ? TLS_PORT : PORT)),
    user: isNamed ? decodeURIComponent(url.username) : "guest",
    password: isNamed ? decodeURIComponent(url.password) : "guest",
    vhost: vhost === "" ? "/" : vhost,
    ...hasTls ? { connect: (host, port, events) => connectTls(host, port, events, tls) } : {},
  };
}
