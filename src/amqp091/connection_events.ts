import { erlangAddress } from "../broker/events/erlang_address.ts";
import type { EventSink } from "../broker/events/events.ts";
import { givenNameOf, tlsFieldsOf, typeOf } from "../broker/session/origin_fields.ts";
import type { Origin } from "../broker/session/session.ts";
import type { Agreement, LoginRefused } from "./handshake.ts";

/** Reports that a login has succeeded or was refused. */
export function notifyLogin(events: EventSink, connection: Origin, user: string, refused?: LoginRefused): void {
  const { name, peer, mechanism } = connection;
  const hosts = hostsOf(connection);
  const login = {
    connection_type: typeOf(connection),
    name: user,
    connection_name: name,
    host: hosts.local,
    peer_host: hosts.peer,
    peer_port: peer?.port,
    protocol: protocolOf(connection),
    auth_mechanism: mechanism,
    ...tlsFieldsOfLogin(connection),
  };
  if (refused === undefined) events.notify("user.authentication.success", login);
  else events.notify("user.authentication.failure", { ...login, error: Array.from(refused.reason, characterNumber) });
}

/** Returns the fields of TLS that RabbitMQ reports with a login: fewer ones, and none that is empty. */
function tlsFieldsOfLogin(connection: Origin) {
  const { ssl, ssl_key_exchange: _, ssl_hash: __, ...texts } = tlsFieldsOf(connection);
  const given = Object.entries(texts).filter(([, text]) => text !== "");
  return { ssl, ...Object.fromEntries(given) as Partial<typeof texts> };
}

/** Reports that a connection has opened a virtual host. */
export function notifyConnectionCreated(
  events: EventSink,
  connection: Origin,
  agreement: Agreement,
): void {
  const { name, peer, local, mechanism, clientProperties, connectedAtMs } = connection;
  const hosts = hostsOf(connection);
  const { user, vhost, heartbeatSeconds, frameMax, channelMax } = agreement;
  events.notify("connection.created", {
    type: typeOf(connection),
    pid: events.pidOf(connection),
    name,
    user_provided_name: givenNameOf(clientProperties),
    host: hosts.local,
    port: local?.port,
    peer_host: hosts.peer,
    peer_port: peer?.port,
    ...tlsFieldsOf(connection),
    auth_mechanism: mechanism,
    protocol: protocolOf(connection),
    user: user.name,
    vhost: vhost.name,
    timeout: heartbeatSeconds,
    frame_max: frameMax,
    channel_max: channelMax,
    client_properties: clientProperties,
    connected_at: connectedAtMs,
    node: events.node,
  }, user.name);
}

/** Reports that a connection is over, even one that was never opened. */
export function notifyConnectionClosed(events: EventSink, connection: Origin): void {
  events.notify("connection.closed", {
    name: connection.name,
    user_provided_name: givenNameOf(connection.clientProperties),
    pid: events.pidOf(connection),
    node: events.node,
    client_properties: connection.clientProperties,
  });
}

const characterNumber = (character: string): number => character.codePointAt(0)!;

/** Returns the protocol's version, as RabbitMQ writes it. */
function protocolOf({ protocol }: Origin): string {
  const version = protocol.endsWith("AMQP 0-9-1") ? "{0,9,1}" : "{8,0,0}";
  return protocol.startsWith("Web ") ? `{'Web AMQP',${version}}` : version;
}

/** Returns the hosts of both ends: their names, where they were looked up, or addresses as Erlang writes them. */
const hostsOf = ({ peer, local, hostNames }: Origin) => ({
  local: hostNames?.local ?? (local && erlangAddress(local.host)),
  peer: hostNames?.peer ?? (peer && erlangAddress(peer.host)),
});
