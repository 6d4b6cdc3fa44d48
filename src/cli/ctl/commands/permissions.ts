import { phrase } from "../../../phrase/phrase.ts";
import { findVhost, ignoringAbsence, jsonFailure } from "../answers.ts";
import { type Call, isJson, vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { failure } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { path } from "../management_client.ts";
import { DONE, list } from "../result.ts";
import { type JsonObject, Properties } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for permissions. */
export const PERMISSIONS_COMMANDS: readonly Command[] = [
  {
    name: "list_permissions",
    tools: CTL_AND_DIAGNOSTICS,
    section: "access_control",
    description: "Lists user permissions in a virtual host",
    usage: "list_permissions [--vhost <vhost>] [--no-table-headers]",
    guides: ["access-control", "virtual-hosts"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: (call) => phrase`Listing permissions for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      await findVhost(call.api, vhostOf(call));
      const permissions = await call.api.all(path`/api/vhosts/${vhostOf(call)}/permissions`);
      return list(permissions.map((permission) => select(permission, "user", "configure", "write", "read")));
    },
  },
  {
    name: "list_user_permissions",
    tools: CTL_AND_DIAGNOSTICS,
    section: "access_control",
    description: "Lists permissions of a user across all virtual hosts",
    usage: "list_user_permissions [--no-table-headers] <username>",
    help: [["<username>", "Name of the user"]],
    guides: ["access-control", "virtual-hosts"],
    hasTimeout: true,
    formatter: "table",
    takes: [1, 1],
    banner: ({ args: [user] }) => phrase`Listing permissions for user "${user}" ...`,
    async run({ api, args: [user] }) {
      if (await api.find(path`/api/users/${user}`) === undefined) throw failure(phrase`{:no_such_user, "${user}"}`);
      const permissions = await api.all(path`/api/users/${user}/permissions`);
      return list(permissions.map((permission) => select(permission, "vhost", "configure", "write", "read")));
    },
  },
  {
    name: "set_permissions",
    tools: CTL,
    section: "access_control",
    description: "Sets user permissions for a vhost",
    usage: "set_permissions [--vhost <vhost>] <username> <conf> <write> <read>",
    help: [["<username>", "Self-explanatory"], ["<conf>", "Configuration permission pattern"], [
      "<write>",
      "Write permission pattern",
    ], ["<read>", "Read permission pattern"]],
    guides: ["access-control", "virtual-hosts"],
    takes: [4, 4],
    banner: (call) => phrase`Setting permissions for user "${call.args[0]}" in vhost "${vhostOf(call)}" ...`,
    async run(call) {
      const { api, args: [user, configure, write, read] } = call;
      await checkGrantee(call, user);
      await api.put(path`/api/permissions/${vhostOf(call)}/${user}`, { configure, write, read });
      return DONE;
    },
  },
  {
    name: "set_permissions_globally",
    tools: CTL,
    section: "access_control",
    description: "Sets user permissions for all virtual hosts.",
    usage: "set_permissions_globally <username> <conf> <write> <read>",
    help: [["<username>", "Self-explanatory"], ["<conf>", "Configuration permission pattern"], [
      "<write>",
      "Write permission pattern",
    ], ["<read>", "Read permission pattern"]],
    guides: ["docs/access-control/", "docs/vhosts/"],
    takes: [4, 4],
    banner: ({ args: [user] }) => phrase`Setting permissions for user "${user}" in all virtual hosts ...`,
    async run(call) {
      const { api, args: [user, configure, write, read] } = call;
      await checkUser(call, user);
      for (const { name } of await api.all("/api/vhosts?columns=name")) {
        await api.put(path`/api/permissions/${name as string}/${user}`, { configure, write, read });
      }
      return DONE;
    },
  },
  {
    name: "clear_permissions",
    tools: CTL,
    section: "access_control",
    description: "Revokes user permissions for a vhost",
    usage: "clear_permissions [--vhost <vhost>] <username>",
    help: [["<username>", "Name of the user whose permissions should be revoked"]],
    guides: ["access-control"],
    takes: [1, 1],
    banner: (call) => phrase`Clearing permissions for user "${call.args[0]}" in vhost "${vhostOf(call)}" ...`,
    async run(call) {
      const { api, args: [user] } = call;
      await checkGrantee(call, user);
      await ignoringAbsence(api.delete(path`/api/permissions/${vhostOf(call)}/${user}`));
      return DONE;
    },
  },
  {
    name: "list_topic_permissions",
    tools: CTL_AND_DIAGNOSTICS,
    section: "access_control",
    description: "Lists topic permissions in a virtual host",
    usage: "list_topic_permissions [--vhost <vhost>] [--no-table-headers]",
    guides: ["access-control"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: (call) => phrase`Listing topic permissions for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      await findVhost(call.api, vhostOf(call));
      const permissions = await call.api.all(path`/api/vhosts/${vhostOf(call)}/topic-permissions`);
      return list(permissions.map((permission) => select(permission, "user", "exchange", "write", "read")));
    },
  },
  {
    name: "list_user_topic_permissions",
    tools: CTL_AND_DIAGNOSTICS,
    section: "access_control",
    description: "Lists user topic permissions",
    usage: "list_user_topic_permissions [--no-table-headers] <username>",
    help: [["<username>", "Name of the user"]],
    guides: ["access-control"],
    hasTimeout: true,
    formatter: "table",
    takes: [1, 1],
    defaults: { table_headers: false },
    banner: ({ args: [user] }) => phrase`Listing topic permissions for user "${user}" ...`,
    async run({ api, args: [user] }) {
      if (await api.find(path`/api/users/${user}`) === undefined) throw failure(phrase`{:no_such_user, "${user}"}`);
      const permissions = await api.all(path`/api/users/${user}/topic-permissions`);
      return list(permissions.map((permission) => select(permission, "vhost", "exchange", "write", "read")));
    },
  },
  {
    name: "set_topic_permissions",
    tools: CTL,
    section: "access_control",
    description: "Sets user topic permissions for an exchange",
    usage: "set_topic_permissions [--vhost <vhost>] <username> <exchange> <write> <read>",
    help: [["<username>", "Self-explanatory"], ["<exchange>", "Topic exchange to set the permissions for"], [
      "<write>",
      "Write permission pattern",
    ], ["<read>", "Read permission pattern"]],
    guides: ["access-control"],
    takes: [4, 4],
    banner: (call) =>
      phrase`Setting topic permissions on "${call.args[1]}" for user "${call.args[0]}" in vhost "${vhostOf(call)}" ...`,
    async run(call) {
      const { api, args: [user, exchange, write, read] } = call;
      await checkGrantee(call, user);
      await api.put(path`/api/topic-permissions/${vhostOf(call)}/${user}`, { exchange, write, read });
      return DONE;
    },
  },
  {
    name: "clear_topic_permissions",
    tools: CTL,
    section: "access_control",
    description: "Clears user topic permissions for a vhost or exchange",
    usage: "clear_topic_permissions [--vhost <vhost>] <username> [<exchange>]",
    help: [["<username>", "Name of the user whose topic permissions should be revoked"], [
      "<exchange>",
      "Exchange the permissions are for",
    ]],
    guides: ["access-control"],
    takes: [1, 2],
    banner: (call) => {
      const { args: [user, exchange] } = call;
      return exchange === undefined
        ? phrase`Clearing topic permissions for user "${user}" in vhost "${vhostOf(call)}" ...`
        : phrase`Clearing topic permissions on "${exchange}" for user "${user}" in vhost "${vhostOf(call)}" ...`;
    },
    async run(call) {
      const { api, args: [user, exchange] } = call;
      await checkGrantee(call, user);
      const of = path`/api/topic-permissions/${vhostOf(call)}/${user}`;
      await ignoringAbsence(api.delete(exchange === undefined ? of : of + path`/${exchange}`));
      return DONE;
    },
  },
];

/** Checks that a user and the virtual host of a call exist. */
async function checkGrantee(call: Call, user: string): Promise<void> {
  const vhost = vhostOf(call);
  await checkUser(call, user);
  if (await call.api.find(path`/api/vhosts/${vhost}`) !== undefined) return;
  if (isJson(call)) throw jsonFailure(await call.node(), `Virtual host ${vhost} does not exist`);
  throw failure(phrase`Virtual host ${vhost} does not exist`);
}

async function checkUser(call: Call, user: string): Promise<void> {
  if (await call.api.find(path`/api/users/${user}`) !== undefined) return;
  if (isJson(call)) throw jsonFailure(await call.node(), `User ${user} does not exist`);
  throw failure(phrase`User ${user} does not exist`, EXIT.noUser);
}

/** Returns some properties of an object as a row. */
const select = (object: JsonObject, ...names: readonly string[]): Properties =>
  new Properties(names.map((name) => [name, object[name] as string]));
