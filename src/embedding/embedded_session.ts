import { FULL_ACCESS, type User } from "../access/access.ts";
import type { Node } from "../broker/node/node.ts";
import { type Channel, type ChannelSink, SILENT } from "../broker/session/channel.ts";
import type { Origin, Session } from "../broker/session/session.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { INTERNAL_USER } from "../broker/events/events.ts";
import { connectionForced } from "../wire/error.ts";
import { EMPTY_TABLE } from "../wire/field_table.ts";

const PROGRAM: User = { name: INTERNAL_USER, tags: ["impersonator"] };

const NO_TRAFFIC = { receivedBytes: 0, receivedFrames: 0, sentBytes: 0, sentFrames: 0, unsentBytes: 0 };

/** Opens a session of the embedding program in a virtual host, without a login or a connection. */
export function openEmbedded(node: Node, vhost: VirtualHost): Session {
  const origin: Origin = {
    name: "embedded",
    protocol: "embedded",
    mechanism: "",
    clientProperties: EMPTY_TABLE,
    heartbeatSeconds: 0,
    frameMax: 0,
    channelMax: 0,
    connectedAtMs: node.timeMs,
    traffic: NO_TRAFFIC,
    state: "running",
    log: (_level, line, category) => node.report(line, category),
    close(reason) {
      for (const { sink } of [...session.channels]) sink.failed(connectionForced(reason));
    },
  };
  const options = { consumerTimeoutMs: false } as const;
  const session: Session = node.sessions.openInternal({
    user: PROGRAM,
    vhost,
    origin,
    peer: { isLoopback: true },
    access: FULL_ACCESS,
    options,
  });
  return session;
}

/** Opens a channel; its events go to the methods that `sink` has. */
export function openChannel(session: Session, sink: Partial<ChannelSink>): Channel {
  return session.openChannel(0, { ...SILENT, ...sink });
}
