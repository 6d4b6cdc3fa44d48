import { FULL_ACCESS } from "../access/access.ts";
import { openInternal } from "../broker/session/internal_session.ts";
import type { Session } from "../broker/session/session.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { OWNER } from "./owner.ts";
import type { ApiRequest } from "./request.ts";

/** Opens a session of the user of a request, with the user's permissions; the owner has all. */
export function openHttpSession({ node, user, peer }: ApiRequest, vhost: VirtualHost): Session {
  const access = user === OWNER ? FULL_ACCESS : undefined;
  return openInternal(node, { name: "management", protocol: "HTTP", user, vhost, peer, access });
}
