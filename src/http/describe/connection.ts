import type { Node } from "../../broker/node/node.ts";
import { givenNameOf, localHostOf, peerHostOf, tlsFieldsOf, typeOf } from "../../broker/session/origin_fields.ts";
import type { Session } from "../../broker/session/session.ts";
import { TRAFFIC } from "../statistics/counters.ts";
import { addCounters, type Described } from "../statistics/describe_counters.ts";
import { tableValue } from "../table_value.ts";
import type { View } from "./view.ts";

/** Returns what a request without statistics sees of a connection. */
export const describeConnectionOnly = ({ origin, vhost, user }: Session, node: Node): Described => ({
  name: origin.name,
  vhost: vhost.name,
  user: user.name,
  node: node.name,
});

/** Returns a connection as RabbitMQ shows a single one: what it does not have of TLS is an empty text. */
export const describeSingleConnection = (session: Session, view: View): Described => ({
  ...describeConnection(session, view),
  ...tlsFieldsOf(session.origin),
});

/** Returns a connection as RabbitMQ lists it. */
export function describeConnection(session: Session, view: View): Described {
  const { origin, user, channels } = session;
  const { peer, local, traffic, clientProperties } = origin;
  const { ssl, ...tls } = tlsFieldsOf(origin);
  const described: Described = {
    ...describeConnectionOnly(session, view.node),
    type: typeOf(origin),
    protocol: origin.protocol,
    auth_mechanism: origin.mechanism,
    channel_max: origin.channelMax,
    channels: channels.size,
    client_properties: tableValue(clientProperties),
    connected_at: origin.connectedAtMs,
    frame_max: origin.frameMax,
    host: localHostOf(origin) ?? null,
    port: local?.port ?? null,
    peer_host: peerHostOf(origin) ?? null,
    peer_port: peer?.port ?? null,
    recv_cnt: traffic.receivedFrames,
    send_cnt: traffic.sentFrames,
    send_pend: traffic.unsentBytes,
    ssl,
    state: origin.state,
    timeout: origin.heartbeatSeconds,
    user_who_performed_action: user.name,
  };
  for (const [name, text] of Object.entries(tls)) described[name] = text === "" ? null : text;
  const givenName = givenNameOf(clientProperties);
  if (givenName !== undefined) described.user_provided_name = givenName;
  addCounters(described, view.connection(session), TRAFFIC, view.ranges);
  return described;
}
