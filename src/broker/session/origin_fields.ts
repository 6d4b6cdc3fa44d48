import { readCipherSuite } from "../../transport/cipher_suite.ts";
import type { PeerCertificate } from "../../transport/transport.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { Origin } from "./session.ts";

/** Returns the agreed TLS parameters and the peer's certificate in RabbitMQ's fields; they are empty without TLS. */
export function tlsFieldsOf({ tls }: Origin) {
  const suite = tls && readCipherSuite(tls.cipher);
  const certificate = tls?.peerCertificate;
  return {
    ssl: tls !== undefined,
    ssl_protocol: tls?.version.toLowerCase() ?? "",
    ssl_key_exchange: suite?.keyExchange ?? "",
    ssl_cipher: suite?.cipher ?? "",
    ssl_hash: suite?.hash ?? "",
    peer_cert_subject: certificate?.subject ?? "",
    peer_cert_issuer: certificate?.issuer ?? "",
    peer_cert_serial_number: certificate?.serialNumber ?? "",
    peer_cert_validity: certificate === undefined ? "" : validityOf(certificate),
  };
}

/** Returns the period of validity of a certificate, as RabbitMQ writes it. */
const validityOf = ({ notBeforeMs, notAfterMs }: PeerCertificate): string =>
  [notBeforeMs, notAfterMs].map((ms) => new Date(ms).toISOString().replace(".000Z", "Z")).join(" - ");

/** Returns RabbitMQ's type of a connection: a direct one is inside its process. */
export const typeOf = ({ peer }: Origin): "direct" | "network" => peer === undefined ? "direct" : "network";

/** Returns the host of the client as it is shown: its name, where that was looked up, or its address. */
export const peerHostOf = ({ peer, hostNames }: Pick<Origin, "peer" | "hostNames">): string | undefined =>
  hostNames?.peer ?? peer?.host;

/** Returns the host of the broker in the same way. */
export const localHostOf = ({ local, hostNames }: Pick<Origin, "local" | "hostNames">): string | undefined =>
  hostNames?.local ?? local?.host;

/** Returns the name of a connection in the log. */
export const loggedNameOf = ({ name, loggedName }: Pick<Origin, "name" | "loggedName">): string => loggedName ?? name;

/** Returns the name that a client gives its connection, if any. */
export function givenNameOf(clientProperties: FieldTable): string | undefined {
  const name = clientProperties.get("connection_name");
  return name?.type === "S" && typeof name.value === "string" ? name.value : undefined;
}
