import type { Channel } from "../../broker/session/channel.ts";
import { channelName } from "../../broker/session/channel_name.ts";
import type { Session } from "../../broker/session/session.ts";
import { isMonitor } from "../authorization.ts";
import { describeChannel, describeChannelInDetail, describeChannelOnly } from "../describe/channel.ts";
import { hasStatsDisabled, View } from "../describe/view.ts";
import { notAuthorised, notFound } from "../http_error.ts";
import { replyCachedList, replyList } from "../listing/listing.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { visibleConnections } from "./connections.ts";

/** Channels (RabbitMQ: `rabbit_mgmt_wm_channel*`). */
export const CHANNELS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/channels",
    who: "management",
    summary: "All open channels; without tag monitoring only the user's own.",
    returns: "pages",
    handle: (request) => listChannels(request, visibleConnections(request), true),
  },
  {
    method: "GET",
    path: "/api/vhosts/:vhost/channels",
    who: "management",
    showsMonitors: true,
    summary: "The open channels in a virtual host.",
    returns: "list",
    handle: (request) => listChannels(request, visibleConnections(request, request.vhost), false),
  },
  {
    method: "GET",
    path: "/api/channels/:channel",
    who: "management",
    summary: "A channel with its consumers.",
    handle: getChannel,
  },
];

const FIELDS = {
  name: channelName,
  vhost: ({ session }: Channel) => session.vhost.name,
  user: ({ session }: Channel) => session.user.name,
  number: ({ number }: Channel) => number,
};

function* channelsOf(sessions: Iterable<Session>): Generator<Channel> {
  for (const session of sessions) yield* session.channels;
}

function listChannels(request: ApiRequest, sessions: Iterable<Session>, isPaged: boolean): Promise<Response> {
  const list = { items: channelsOf(sessions), fields: FIELDS, isPaged };
  if (hasStatsDisabled(request)) {
    return replyList(request, { ...list, describe: (channel) => describeChannelOnly(channel, request.node) });
  }
  const view = new View(request);
  const listing = { ...list, describe: (channel: Channel) => describeChannel(channel, view) };
  if (view.hasRanges) return replyList(request, listing);
  return replyCachedList(request, [isMonitor(request.user)], () => Promise.resolve(listing));
}

async function getChannel(request: ApiRequest): Promise<Reply> {
  const { node, params, user, host } = request;
  for (const session of node.sessions) {
    if (!params.channel.startsWith(session.origin.name)) continue;
    for (const channel of session.channels) {
      if (channelName(channel) !== params.channel) continue;
      if (session.user.name !== user.name && !isMonitor(user)) {
        throw notAuthorised("User not authorised to access object");
      }
      if (hasStatsDisabled(request)) return ok(describeChannelOnly(channel, node));
      return ok(await host.slices.run(describeChannelInDetail(channel, new View(request))));
    }
  }
  throw notFound();
}
