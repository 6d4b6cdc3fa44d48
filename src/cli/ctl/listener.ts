import { type Phrase, phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import { type JsonObject, type Properties, row } from "./term.ts";

/** A listener, as RabbitMQ's commands show it. */
export interface Listener {
  readonly node: string;
  readonly protocol: string;
  readonly interface: string;
  readonly port: number;
}

/** Purposes of protocols. */
const PURPOSES: Readonly<Record<string, Phrase>> = {
  amqp: phrase`AMQP 0-9-1 and AMQP 1.0`,
  "amqp/ssl": phrase`AMQP 0-9-1 and AMQP 1.0 over TLS`,
  http: phrase`HTTP API`,
  https: phrase`HTTP API over TLS (HTTPS)`,
  "http/prometheus": phrase`Prometheus exporter API over HTTP`,
  "https/prometheus": phrase`Prometheus exporter API over TLS (HTTPS)`,
  clustering: phrase`inter-node and CLI tool communication`,
};

const purposeOf = ({ protocol }: Listener): Phrase | string => PURPOSES[protocol] ?? protocol;

/** Returns the listeners of a node. */
export async function listenersOf({ api }: Call): Promise<Listener[]> {
  const { listeners } = await api.get("/api/node") as JsonObject;
  return (listeners as unknown as ListenerAnswer[]).map(listenerOf);
}

/** A listener in an answer of the management API. */
export interface ListenerAnswer extends Omit<Listener, "interface"> {
  readonly ip_address: string;
}

export const listenerOf = ({ node, protocol, ip_address: address, port }: ListenerAnswer): Listener => ({
  node,
  protocol,
  interface: address.includes(":") ? `[${address}]` : address,
  port,
});

/** Returns a listener as a row. */
export const listenerRow = (listener: Listener): Properties =>
  row({ ...listener, purpose: String(purposeOf(listener)) });

/** Returns a listener of a node in a line. */
export const describeListenerOf = (node: string, listener: Listener): Phrase =>
  phrase`Node: ${node}, interface: ${listener.interface}, port: ${listener.port}, protocol: ${listener.protocol}, purpose: ${
    purposeOf(listener)
  }`;

/** Returns a listener in a line. */
export const describeListener = (listener: Listener): Phrase =>
  phrase`Interface: ${listener.interface}, port: ${listener.port}, protocol: ${listener.protocol}, purpose: ${
    purposeOf(listener)
  }`;
