import { readPattern } from "../../definitions/sections/permissions.ts";
import type { TopicPermissionRecord } from "../../store/topology_record.ts";
import { notFound } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { permissionKey } from "./permissions.ts";
import { findUser } from "./users.ts";

const OF_USER = "/api/topic-permissions/:vhost/:user";
/** Path in which RabbitMQ uses the exchange only to clear permissions. */
const OF_EXCHANGE = `${OF_USER}/:exchange`;

/** Permissions of users for routing keys of topic exchanges (RabbitMQ: `rabbit_mgmt_wm_topic_permission*`). */
export const TOPIC_PERMISSIONS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/topic-permissions",
    who: "administrator",
    summary: "All topic permissions.",
    returns: "list",
    handle: (request) => list(request, request.node.topology.users.topicPermissions()),
  },
  {
    method: "GET",
    path: "/api/vhosts/:vhost/topic-permissions",
    who: "administrator",
    summary: "All topic permissions in a virtual host.",
    returns: "list",
    handle: (request) => {
      const all = [...request.node.topology.users.topicPermissions()];
      return list(request, all.filter(({ vhost }) => vhost === request.vhost.name));
    },
  },
  {
    method: "GET",
    path: "/api/users/:user/topic-permissions",
    who: "administrator",
    summary: "All topic permissions of a user.",
    returns: "list",
    handle: (request) => {
      const { user } = findUser(request);
      const all = [...request.node.topology.users.topicPermissions()].filter((permission) => permission.user === user);
      return list(request, all);
    },
  },
  ...[OF_USER, OF_EXCHANGE].flatMap((path): Route[] => [
    {
      method: "GET",
      path,
      who: "administrator",
      summary: "Topic permissions of a user in a virtual host, for all exchanges.",
      returns: "list",
      handle: (request) => ok(findPermissions(request).map(topicPermissionJson)),
    },
    {
      method: "PUT",
      path,
      who: "administrator",
      findsVhost: true,
      summary:
        "Sets topic permissions of a user in a virtual host. The body has exchange, and the patterns write and read.",
      handle: put,
    },
    {
      method: "DELETE",
      path,
      who: "administrator",
      summary: path === OF_USER
        ? "Clears the topic permissions of a user in a virtual host, for all exchanges."
        : "Clears the topic permissions of a user for an exchange.",
      handle: remove,
    },
  ]),
];

const list = (request: ApiRequest, items: Iterable<TopicPermissionRecord>): Promise<Response> =>
  replyList(request, { items, describe: topicPermissionJson, order: ["vhost", "user"] });

const topicPermissionJson = ({ user, vhost, exchange, write, read }: TopicPermissionRecord) => ({
  user,
  vhost,
  exchange,
  write,
  read,
});

function findPermissions({ node, params, vhost }: ApiRequest): TopicPermissionRecord[] {
  const permissions = node.topology.users.topicPermissionsOf({ user: params.user, vhost: vhost.name });
  if (permissions.size === 0) throw notFound();
  return [...permissions.values()];
}

async function put(request: ApiRequest): Promise<Reply> {
  const { node: { topology }, actor } = request;
  const key = permissionKey(request);
  const body = await request.body(["exchange", "write", "read"]);
  const permission = {
    ...key,
    exchange: body.shortText("exchange"),
    write: readPattern(body, "write"),
    read: readPattern(body, "read"),
  };
  const isNew = topology.users.topicPermissionsOf(key).size === 0;
  await request.carryOut(() => topology.userCommands.setTopicPermission(permission, actor));
  return isNew ? created() : NO_CONTENT;
}

async function remove(request: ApiRequest): Promise<Reply> {
  const { node: { topology }, params, actor } = request;
  const [{ user, vhost }] = findPermissions(request);
  const exchange = params.exchange === "amq.default" ? "" : params.exchange;
  await request.carryOut(() => topology.userCommands.clearTopicPermissions({ user, vhost, exchange }, actor));
  return NO_CONTENT;
}
