import { openInternal } from "../broker/session/internal_session.ts";
import type { Session } from "../broker/session/session.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { ApiRequest } from "./request.ts";

/** Opens a session of the user of a request, with the user's permissions. */
export function openHttpSession({ node, user, peer, access }: ApiRequest, vhost: VirtualHost): Session {
  return openInternal(node, { name: "management", protocol: "HTTP", user, vhost, peer, access });
}
