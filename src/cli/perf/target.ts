import { phrase } from "../../phrase/phrase.ts";
import { connectTls, type TlsConnectOptions } from "../../runtime/tls_client_socket.ts";
import type { Target } from "./load/connection.ts";
import { PerfError } from "./perf_error.ts";

/** What is verified of a broker, and the name that it is asked for. */
export type TlsChoice = TlsConnectOptions;

const PORT = 5672;
const TLS_PORT = 5671;

const VERIFICATIONS: Readonly<Record<string, boolean>> = { verify_peer: true, verify_none: false };

/**
 * Reads a URI such as `amqps://user:password@host:5671/vhost`, with the query parameters `cacertfile`, `certfile`,
 * `keyfile` and `verify` that RabbitMQ's have. `usesCertificate` logs in by the client's certificate.
 */
export function targetOf(text: string, tls: TlsChoice, usesCertificate: boolean): Target {
  const url = URL.parse(text.trim());
  const hasTls = url?.protocol === "amqps:";
  if (url === null || !hasTls && url.protocol !== "amqp:") {
    throw new PerfError(phrase`Wrong URI: ${text}. It should look like amqp://user:password@host:5672/vhost.`);
  }
  const vhost = decodeURIComponent(url.pathname.slice(1));
  const choice = { ...tls, ...filesIn(url.searchParams) };
  if (usesCertificate && (!hasTls || choice.certFile === undefined)) {
    throw new PerfError(
      phrase`--sasl-external needs the client's certificate: amqps://localhost?certfile=client.pem&keyfile=client.key`,
    );
  }
  const isNamed = url.username !== "" || url.password !== "";
  return {
    host: url.hostname.replace(/^\[|\]$/g, "") || "localhost",
    port: Number(url.port || (hasTls ? TLS_PORT : PORT)),
    user: isNamed ? decodeURIComponent(url.username) : "guest",
    password: isNamed ? decodeURIComponent(url.password) : "guest",
    vhost: vhost === "" ? "/" : vhost,
    ...hasTls ? { connect: (host, port, events) => connectTls(host, port, events, choice) } : {},
    ...usesCertificate ? { mechanism: "EXTERNAL" } : {},
  };
}

/** Returns the files that a query names, and what is verified. */
function filesIn(query: URLSearchParams): Partial<TlsChoice> {
  const verify = query.get("verify");
  if (verify !== null && !Object.hasOwn(VERIFICATIONS, verify)) {
    throw new PerfError(phrase`Wrong verify in the URI: ${verify}. It is verify_peer or verify_none.`);
  }
  return {
    ...verify === null ? {} : { verifies: VERIFICATIONS[verify] },
    caFile: query.get("cacertfile") ?? undefined,
    certFile: query.get("certfile") ?? undefined,
    keyFile: query.get("keyfile") ?? undefined,
  };
}
