import { certificatesOfPem } from "../../transport/certificate.ts";
import type { ManagementHost } from "../management_host.ts";
import type { CertificateFile, ServerListener } from "../server_listener.ts";

/** Descriptions of what is served over HTTP. */
const CONTEXTS: Readonly<Record<string, string>> = {
  http: "RabbitMQ Management",
  https: "RabbitMQ Management",
  "http/prometheus": "RabbitMQ Prometheus",
  "https/prometheus": "RabbitMQ Prometheus",
};

/** Returns listeners, sorted as RabbitMQ does. */
const sorted = (listeners: readonly ServerListener[]): readonly ServerListener[] =>
  [...listeners].sort((a, b) => a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port);

/** Returns the listeners of the server. */
export const describeListeners = ({ listeners, node }: ManagementHost): readonly object[] =>
  sorted(listeners).map(({ protocol, host, port, tls }) => ({
    node: node.name,
    protocol,
    ip_address: host,
    port,
    socket_opts: {},
    tls: tls !== undefined,
  }));

/** Returns the certificates of the listeners with TLS. */
export const describeCertificates = ({ listeners, node }: ManagementHost): readonly object[] =>
  sorted(listeners).flatMap(({ protocol, host, port, tls }) =>
    tls === undefined ? [] : [{
      node: node.name,
      protocol,
      ip_address: host,
      port,
      certfile: pemOf(tls.certfile),
      cacertfile: tls.cacertfile && pemOf(tls.cacertfile),
    }]
  );

/** Returns the certificates in a file: beside them it may have the key, which is nobody's business. */
const pemOf = ({ text }: CertificateFile): string => certificatesOfPem(text).map(({ pem }) => `${pem}\n`).join("");

/** Returns what is served over HTTP, and where. */
export const describeContexts = ({ listeners, node, options }: ManagementHost): readonly object[] =>
  listeners.filter(({ protocol }) => Object.hasOwn(CONTEXTS, protocol)).map(({ protocol, host, port, tls }) => ({
    node: node.name,
    description: CONTEXTS[protocol],
    path: options.pathPrefix === "" ? "/" : options.pathPrefix,
    ip: host,
    // A text, as in RabbitMQ.
    port: String(port),
    ...tls === undefined ? {} : { ssl: "true" },
  }));
