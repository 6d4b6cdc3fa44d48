import { Draft } from "../../definitions/draft.ts";
import { users as usersSection } from "../../definitions/sections/users.ts";
import type { UserRecord } from "../../store/topology_record.ts";
import { badRequest, notFound } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import { type ApiRequest, readerOf, RECORD_LIMITS } from "../request.ts";
import type { Route } from "../route.ts";

/** The broker's own users (RabbitMQ: `rabbit_mgmt_wm_user*`). */
export const USERS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/users",
    who: "administrator",
    summary: "All users.",
    returns: "pages",
    handle: (request) => list(request, request.node.topology.users.users.values()),
  },
  {
    method: "GET",
    path: "/api/users/without-permissions",
    who: "administrator",
    summary: "All users without permissions in any virtual host.",
    returns: "pages",
    handle: (request) => {
      const { users } = request.node.topology;
      return list(request, [...users.users.values()].filter(({ user }) => users.permissionsOf(user).size === 0));
    },
  },
  {
    method: "POST",
    path: "/api/users/bulk-delete",
    who: "administrator",
    summary: 'Deletes many users. The body is {"users":["NAME", …]}; unknown ones are ignored.',
    handle: deleteMany,
  },
  {
    method: "GET",
    path: "/api/users/:user",
    who: "administrator",
    summary: "A user.",
    handle: (request) => ok(userJson(request.node, findUser(request))),
  },
  {
    method: "PUT",
    path: "/api/users/:user",
    who: "administrator",
    summary:
      "Adds or changes a user. The body has tags (a list, or a text with commas), and password, or password_hash with hashing_algorithm. Without both the user can't log in by password.",
    handle: put,
  },
  {
    method: "DELETE",
    path: "/api/users/:user",
    who: "administrator",
    summary: "Deletes a user, and closes its connections.",
    handle: remove,
  },
];

/** Tag of users who can't be changed by HTTP. */
const PROTECTED = "protected";

/** Returns the user in the path of a route. Throws `HttpError` 404. */
export function findUser({ node, params }: ApiRequest): UserRecord {
  const user = node.topology.users.users.get(params.user);
  if (user === undefined) throw notFound();
  return user;
}

const list = (request: ApiRequest, items: Iterable<UserRecord>): Promise<Response> =>
  replyList(request, {
    items,
    describe: (user) => userJson(request.node, user),
    fields: { name: ({ user }) => user, tags: ({ tags }) => tags },
    order: ["name"],
    isPaged: true,
  });

const userJson = ({ userLimits }: ApiRequest["node"], { user, passwordHash, hashingAlgorithm, tags }: UserRecord) => ({
  name: user,
  password_hash: btoa(String.fromCharCode(...passwordHash)),
  hashing_algorithm: hashingAlgorithm,
  tags,
  limits: userLimits.get(user),
});

const TEXTS = ["tags", "password", "password_hash"];

async function put(request: ApiRequest): Promise<Reply> {
  const { node, actor, params: { user: name }, host: { newPasswords } } = request;
  const body = await request.json(RECORD_LIMITS);
  const existing = node.topology.users.users.get(name);
  checkMayChange(existing);
  const given = (key: string) => Object.hasOwn(body, key);
  for (const key of TEXTS) if (body[key] === null) throw badRequest(`${key}: a text is expected here: received null`);
  if (!given("tags") && !given("administrator")) throw badRequest("tags_not_present");
  if (given("password") && given("password_hash")) throw badRequest("both_password_and_password_hash_are_provided");
  const draft = new Draft({ node, actor, newPasswords, version: undefined, vhost: undefined });
  const change = usersSection.check(readerOf({ ...body, name }), draft);
  await request.carryOut(() => change?.());
  return existing === undefined ? created() : NO_CONTENT;
}

async function remove(request: ApiRequest): Promise<Reply> {
  const { node, actor } = request;
  const user = findUser(request);
  checkMayChange(user);
  await request.carryOut(() => node.topology.userCommands.delete(user.user, actor));
  return NO_CONTENT;
}

function checkMayChange(user: UserRecord | undefined): void {
  if (user?.tags.includes(PROTECTED)) throw badRequest("Protected users cannot be modified via the HTTP API");
}

async function deleteMany(request: ApiRequest): Promise<Reply> {
  const { node, actor } = request;
  const { users, userCommands } = node.topology;
  const body = await request.body(["users"]);
  const names = body.value("users");
  if (!Array.isArray(names)) throw body.problem("users", "a list of names is expected here");
  for (const name of names) {
    if (typeof name !== "string") throw body.problem("users", "a list of names is expected here");
  }
  await request.carryOut(() => {
    for (const name of names as string[]) {
      if (!users.users.get(name)?.tags.includes(PROTECTED)) userCommands.delete(name, actor);
    }
  });
  return NO_CONTENT;
}
