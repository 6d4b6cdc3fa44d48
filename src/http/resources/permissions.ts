import { readPattern } from "../../definitions/sections/permissions.ts";
import type { PermissionKey, PermissionRecord } from "../../store/topology_record.ts";
import { badRequest, notFound } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { findUser } from "./users.ts";

/** Permissions of users in virtual hosts (RabbitMQ: `rabbit_mgmt_wm_permission*`). */
export const PERMISSIONS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/permissions",
    who: "administrator",
    summary: "All permissions.",
    returns: "list",
    handle: (request) => list(request, request.node.topology.users.permissions()),
  },
  {
    method: "GET",
    path: "/api/vhosts/:vhost/permissions",
    who: "administrator",
    summary: "All permissions in a virtual host.",
    returns: "list",
    handle: (request) => {
      const all = [...request.node.topology.users.permissions()];
      return list(request, all.filter(({ vhost }) => vhost === request.vhost.name));
    },
  },
  {
    method: "GET",
    path: "/api/users/:user/permissions",
    who: "administrator",
    summary: "All permissions of a user.",
    returns: "list",
    handle: (request) => {
      const { user } = findUser(request);
      return list(request, request.node.topology.users.permissionsOf(user).values());
    },
  },
  {
    method: "GET",
    path: "/api/permissions/:vhost/:user",
    who: "administrator",
    summary: "Permissions of a user in a virtual host.",
    handle: (request) => ok(permissionJson(findPermission(request))),
  },
  {
    method: "PUT",
    path: "/api/permissions/:vhost/:user",
    who: "administrator",
    findsVhost: true,
    summary: "Sets permissions of a user in a virtual host. The body has the patterns configure, write and read.",
    handle: put,
  },
  {
    method: "DELETE",
    path: "/api/permissions/:vhost/:user",
    who: "administrator",
    summary: "Clears the permissions of a user in a virtual host.",
    handle: async (request) => {
      const { user, vhost } = findPermission(request);
      const { userCommands } = request.node.topology;
      await request.carryOut(() => userCommands.clearPermission({ user, vhost }, request.actor));
      return NO_CONTENT;
    },
  },
];

/** Returns the user and the virtual host of a write. Throws `HttpError` 400 when one of them does not exist. */
export function permissionKey({ node, params: { user, vhost } }: ApiRequest): PermissionKey {
  if (node.topology.users.users.has(user) && node.vhosts.has(vhost)) return { user, vhost };
  throw badRequest("vhost_or_user_not_found");
}

const list = (request: ApiRequest, items: Iterable<PermissionRecord>): Promise<Response> =>
  replyList(request, { items, describe: permissionJson, order: ["vhost", "user"] });

const permissionJson = ({ user, vhost, configure, write, read }: PermissionRecord) => ({
  user,
  vhost,
  configure,
  write,
  read,
});

function findPermission({ node, params, vhost }: ApiRequest): PermissionRecord {
  const permission = node.topology.users.permission({ user: params.user, vhost: vhost.name });
  if (permission === undefined) throw notFound();
  return permission;
}

async function put(request: ApiRequest): Promise<Reply> {
  const { node: { topology }, actor } = request;
  const key = permissionKey(request);
  const body = await request.body(["configure", "write", "read"]);
  const patterns = {
    configure: readPattern(body, "configure"),
    write: readPattern(body, "write"),
    read: readPattern(body, "read"),
  };
  const isNew = topology.users.permission(key) === undefined;
  await request.carryOut(() => topology.userCommands.setPermission({ ...key, ...patterns }, actor));
  return isNew ? created() : NO_CONTENT;
}
