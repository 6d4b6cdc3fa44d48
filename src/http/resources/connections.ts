import type { Session } from "../../broker/session/session.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { isAdministrator, isMonitor } from "../authorization.ts";
import { describeChannel } from "../describe/channel.ts";
import { describeConnection, describeConnectionOnly, describeSingleConnection } from "../describe/connection.ts";
import { hasStatsDisabled, View } from "../describe/view.ts";
import { badRequest, notAuthorised, notFound } from "../http_error.ts";
import { replyCachedList, replyList } from "../listing/listing.ts";
import { NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Connections (RabbitMQ: `rabbit_mgmt_wm_connection*`). */
export const CONNECTIONS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/connections",
    who: "management",
    summary: "All open connections; without tag monitoring only the user's own.",
    returns: "pages",
    handle: (request) => listConnections(request, visibleConnections(request), true),
  },
  {
    method: "GET",
    path: "/api/vhosts/:vhost/connections",
    who: "management",
    showsMonitors: true,
    summary: "The open connections in a virtual host.",
    returns: "list",
    handle: (request) => listConnections(request, visibleConnections(request, request.vhost), false),
  },
  {
    method: "GET",
    path: "/api/connections/username/:username",
    who: "management",
    summary: "The open connections of a user.",
    returns: "pages",
    handle: listOfUser,
  },
  {
    method: "DELETE",
    path: "/api/connections/username/:username",
    who: "management",
    summary: "Closes all connections of a user. The header X-Reason is the reason that clients are told.",
    handle: closeAllOfUser,
  },
  {
    method: "GET",
    path: "/api/connections/:connection",
    who: "management",
    summary: "A connection.",
    handle: getConnection,
  },
  {
    method: "DELETE",
    path: "/api/connections/:connection",
    who: "management",
    summary: "Closes a connection. The header X-Reason is the reason that the client is told.",
    handle: closeConnection,
  },
  {
    method: "GET",
    path: "/api/connections/:connection/channels",
    who: "management",
    summary: "The channels of a connection.",
    returns: "list",
    handle: listChannels,
  },
  {
    method: "GET",
    path: "/api/connections/:connection/sessions",
    who: "management",
    summary: "The sessions of an AMQP 1.0 connection.",
    handle: (request) => {
      findConnection(request, "see");
      throw badRequest("connection does not use AMQP 1.0");
    },
  },
];

/** Yields the connections that a user sees: monitors see all (RabbitMQ: `filter_conn_ch_list`). */
export function* visibleConnections({ node, user }: ApiRequest, vhost?: VirtualHost): Generator<Session> {
  const seesAll = isMonitor(user);
  for (const session of node.sessions) {
    if (vhost !== undefined && session.vhost !== vhost) continue;
    if (seesAll || session.user.name === user.name) yield session;
  }
}

const FIELDS = {
  name: ({ origin }: Session) => origin.name,
  vhost: ({ vhost }: Session) => vhost.name,
  user: ({ user }: Session) => user.name,
  channels: ({ channels }: Session) => channels.size,
  state: ({ origin }: Session) => origin.state,
};

function listConnections(request: ApiRequest, items: Iterable<Session>, isPaged: boolean): Promise<Response> {
  const { node, user } = request;
  if (hasStatsDisabled(request)) {
    const describe = (session: Session) => describeConnectionOnly(session, node);
    return replyList(request, { items, describe, fields: FIELDS, isPaged });
  }
  const view = new View(request);
  const describe = (session: Session) => describeConnection(session, view);
  const listing = { items, describe, fields: FIELDS, isPaged };
  if (view.hasRanges) return replyList(request, listing);
  return replyCachedList(request, [isMonitor(user)], () => Promise.resolve(listing));
}

function* connectionsOf({ node, params }: ApiRequest): Generator<Session> {
  for (const session of node.sessions) if (session.user.name === params.username) yield session;
}

function listOfUser(request: ApiRequest): Promise<Response> {
  checkMay(request, "see", request.params.username);
  const describe = (session: Session) => describeConnectionOnly(session, request.node);
  return replyList(request, { items: connectionsOf(request), describe, fields: FIELDS, isPaged: true });
}

/** Throws `HttpError` 401 unless the user owns something, or has a tag for that of others. */
function checkMay({ user }: ApiRequest, action: "see" | "close", owner: string): void {
  const mayWithAll = action === "see" ? isMonitor(user) : isAdministrator(user);
  if (owner !== user.name && !mayWithAll) throw notAuthorised("User not authorised to access object");
}

/** Returns the connection of the path. Throws `HttpError` 404, and 401 for a user who may not see or close it. */
function findConnection(request: ApiRequest, action: "see" | "close"): Session {
  for (const session of request.node.sessions) {
    if (session.origin.name !== request.params.connection) continue;
    checkMay(request, action, session.user.name);
    return session;
  }
  throw notFound();
}

function getConnection(request: ApiRequest): Reply {
  const session = findConnection(request, "see");
  return ok(
    hasStatsDisabled(request)
      ? describeConnectionOnly(session, request.node)
      : describeSingleConnection(session, new View(request)),
  );
}

const reasonOf = ({ request }: ApiRequest): string => request.headers.get("x-reason") ?? "Closed via management plugin";

async function closeConnection(request: ApiRequest): Promise<Reply> {
  const session = findConnection(request, "close");
  await request.carryOut(() => {
    session.origin.close(reasonOf(request));
  });
  return NO_CONTENT;
}

async function closeAllOfUser(request: ApiRequest): Promise<Reply> {
  checkMay(request, "close", request.params.username);
  const sessions = [...connectionsOf(request)];
  await request.carryOut(() => {
    for (const { origin } of sessions) origin.close(reasonOf(request));
  });
  return NO_CONTENT;
}

function listChannels(request: ApiRequest): Promise<Response> {
  const { channels } = findConnection(request, "see");
  const view = new View(request);
  return replyList(request, { items: channels, describe: (channel) => describeChannel(channel, view) });
}
