import type { ManagementHost } from "../management_host.ts";

/** Descriptions of what is served over HTTP. */
const CONTEXTS: Readonly<Record<string, string>> = {
  http: "RabbitMQ Management",
  https: "RabbitMQ Management",
  "http/prometheus": "RabbitMQ Prometheus",
  "https/prometheus": "RabbitMQ Prometheus",
};

/** Returns the listeners of the server, sorted as RabbitMQ does. */
export const describeListeners = ({ listeners, node }: ManagementHost): readonly object[] =>
  [...listeners]
    .sort((a, b) => a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port)
    .map(({ protocol, host, port, tls }) => ({
      node: node.name,
      protocol,
      ip_address: host,
      port,
      socket_opts: {},
      tls: tls !== undefined,
    }));

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
