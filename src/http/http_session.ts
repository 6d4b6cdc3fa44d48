import { FULL_ACCESS } from "../access/access.ts";
import type { Origin, Session } from "../broker/session/session.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { connectionForced } from "../wire/error.ts";
import { EMPTY_TABLE } from "../wire/field_table.ts";
import { OWNER } from "./owner.ts";
import type { ApiRequest } from "./request.ts";

const NO_TRAFFIC = { receivedBytes: 0, receivedFrames: 0, sentBytes: 0, sentFrames: 0, unsentBytes: 0 };

/** Opens a session of the user of a request, with the user's permissions; the owner has all. It does not count as a connection. */
export function openHttpSession({ node, user, peer }: ApiRequest, vhost: VirtualHost): Session {
  const origin: Origin = {
    name: "management",
    protocol: "HTTP",
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
  const access = user === OWNER ? FULL_ACCESS : undefined;
  const session: Session = node.sessions.openInternal({ user, vhost, origin, peer, access });
  return session;
}
