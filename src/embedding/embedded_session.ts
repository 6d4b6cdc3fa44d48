import { FULL_ACCESS, type User } from "../access/access.ts";
import type { Node } from "../broker/node/node.ts";
import { type Channel, type ChannelSink, SILENT } from "../broker/session/channel.ts";
import { openInternal } from "../broker/session/internal_session.ts";
import type { Session } from "../broker/session/session.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { INTERNAL_USER } from "../broker/events/events.ts";

const PROGRAM: User = { name: INTERNAL_USER, tags: ["impersonator"] };

/** Opens a session of the embedding program in a virtual host, without a login or a connection. */
export const openEmbedded = (node: Node, vhost: VirtualHost): Session =>
  openInternal(node, {
    name: "embedded",
    protocol: "embedded",
    user: PROGRAM,
    vhost,
    peer: { isLoopback: true },
    access: FULL_ACCESS,
    options: { consumerTimeoutMs: false },
  });

/** Opens a channel; its events go to the methods that `sink` has. */
export function openChannel(session: Session, sink: Partial<ChannelSink>): Channel {
  return session.openChannel(0, { ...SILENT, ...sink });
}
