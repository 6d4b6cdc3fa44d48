import { phrase } from "../../../phrase/phrase.ts";
import { asJsonObject, jsonFailure, parseJson, sortedJson } from "../answers.ts";
import { type Call, isJson, isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { badArgument, failure } from "../command_error.ts";
import { EXIT, type ExitCode } from "../exit_code.ts";
import { ApiError, type ManagementClient, path } from "../management_client.ts";
import { DONE, list, value } from "../result.ts";
import { atom, Dictionary, type JsonObject, row } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for users of the internal database. */
export const USERS_COMMANDS: readonly Command[] = [
  {
    name: "add_user",
    tools: CTL,
    section: "user_management",
    description:
      "Creates a new user in the internal database. This user will have no permissions for any virtual hosts by default.",
    usage: "add_user <username> <password>",
    help: [["<username>", "Self-explanatory"], [
      "<password>",
      "Password this user will authenticate with. Use a blank string to disable password-based authentication.",
    ]],
    guides: ["access-control"],
    takes: [1, 2],
    check([user], _options) {
      if (user === "") throw badArgument(phrase`user cannot be an empty string`);
    },
    banner: ({ args: [user] }) => phrase`Adding user "${user}" ...`,
    async run(call) {
      const { api, args: [user], options } = call;
      const password = passwordOf(call, EXIT.data);
      if (await api.find(path`/api/users/${user}`) !== undefined) {
        if (isJson(call)) throw jsonFailure(await call.node(), `User ${user} already exists`);
        throw failure(phrase`User "${user}" already exists`, EXIT.software);
      }
      await api.put(path`/api/users/${user}`, {
        ...(options.pre_hashed_password === true ? { password_hash: password } : { password }),
        tags: "",
      });
      if (isJson(call)) return value(new Dictionary({ status: "ok", node: await call.node(), message: String(ADDED) }));
      return isQuiet(call) ? DONE : value(ADDED);
    },
  },
  {
    name: "delete_user",
    tools: CTL,
    section: "user_management",
    description:
      "Removes a user from the internal database. Has no effect on users provided by external backends such as LDAP",
    usage: "delete_user <username>",
    help: [["<username>", "Name of the user to delete."]],
    guides: ["access-control"],
    takes: [1, 1],
    banner: ({ args: [user] }) => phrase`Deleting user "${user}" ...`,
    async run(call) {
      await forUser(call, call.args[0], (user) => call.api.delete(path`/api/users/${user}`));
      return DONE;
    },
  },
  {
    name: "change_password",
    tools: CTL,
    section: "user_management",
    description: "Changes the user password",
    usage: "change_password <username> <password>",
    help: [["<username>", "Name of the user whose password should be changed"], ["<password>", "New password to set"]],
    guides: ["access-control"],
    takes: [1, 2],
    banner: ({ args: [user] }) => phrase`Changing password for user "${user}" ...`,
    async run(call) {
      const password = passwordOf(call, EXIT.software);
      await changeUser(call, call.args[0], ({ tags }) => ({ tags, password }));
      return DONE;
    },
  },
  {
    name: "clear_password",
    tools: CTL,
    section: "user_management",
    description: "Clears (resets) password and disables password login for a user",
    usage: "clear_password <username>",
    help: [["<username>", "Name of the user whose password should be cleared"]],
    guides: ["access-control"],
    takes: [1, 1],
    banner: ({ args: [user] }) => phrase`Clearing password for user "${user}" ...`,
    async run({ api, args: [user] }) {
      const found = await api.find(path`/api/users/${user}`);
      if (found === undefined) throw failure(phrase`{:no_such_user, "${user}"}`);
      await api.put(path`/api/users/${user}`, { tags: found.tags, password_hash: "" });
      return DONE;
    },
  },
  {
    name: "authenticate_user",
    tools: CTL,
    section: "user_management",
    description: "Attempts to authenticate a user. Exits with a non-zero code if authentication fails.",
    usage: "authenticate_user <username> <password>",
    help: [["<username>", "Username to use"], [
      "<password>",
      "Password to use. Can be entered via stdin in interactive mode.",
    ]],
    guides: ["access-control"],
    takes: [1, 2],
    banner: ({ args: [user] }) => phrase`Authenticating user "${user}" ...`,
    async run(call) {
      const [user] = call.args;
      const password = passwordOf(call, EXIT.software);
      if (password !== "" && await call.api.accepts(user, password)) return value(phrase`Success`);
      const why = password === "" ? BLANK : phrase`- invalid credentials`;
      throw failure(phrase`Error: failed to authenticate user "${user}"\nuser '${user}' ${why}`, EXIT.data);
    },
  },
  {
    name: "set_user_tags",
    tools: CTL,
    section: "user_management",
    description: "Sets user tags",
    usage: "set_user_tags <username> <tag> [...]",
    help: [["<username>", "Self-explanatory"], ["<tags>", "Space separated list of tags"]],
    guides: ["management", "access-control"],
    takes: [1, Infinity],
    banner: ({ args: [user, ...tags] }) => phrase`Setting tags for user "${user}" to [${tags.join(", ")}] ...`,
    async run(call) {
      const [user, ...tags] = call.args;
      await changeUser(call, user, ({ password_hash, hashing_algorithm }) => ({
        password_hash,
        hashing_algorithm,
        tags: tags.join(","),
      }));
      return DONE;
    },
  },
  {
    name: "list_users",
    tools: CTL_AND_DIAGNOSTICS,
    section: "user_management",
    description: "List user names and tags",
    usage: "list_users [--no-table-headers]",
    guides: ["access-control"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: () => phrase`Listing users ...`,
    async run({ api }) {
      const users = await api.all("/api/users");
      return list(users.map(({ name, tags }) => row({ user: name as string, tags: (tags as string[]).map(atom) })));
    },
  },
  {
    name: "set_user_limits",
    tools: CTL,
    section: "user_management",
    description: "Sets user limits",
    usage: "set_user_limits <username> <definition>",
    help: [["<username>", "Self-explanatory"], ["<definition>", "Limit definitions as a JSON document"]],
    guides: ["access-control"],
    takes: [2, 2],
    banner: ({ args: [user, limits] }) => phrase`Setting user limits to "${limits}" for user "${user}" ...`,
    async run({ api, args: [user, text] }) {
      const limits = parseJson(text);
      if (await api.find(path`/api/users/${user}`) === undefined) throw failure(phrase`{:no_such_user, "${user}"}`);
      for (const [name, value] of Object.entries(asJsonObject(limits))) {
        await api.put(path`/api/user-limits/${user}/${name}`, { value });
      }
      return DONE;
    },
  },
  {
    name: "clear_user_limits",
    tools: CTL,
    section: "user_management",
    description: "Clears user connection/channel limits",
    usage: "clear_user_limits <username> <limit_type> | all",
    help: [["<username>", "Self-explanatory"], ["<limit_type>", "Limit type, must be max-connections or max-channels"]],
    guides: ["access-control"],
    takes: [2, 2],
    banner: ({ args: [user, limit] }) =>
      limit === "all"
        ? phrase`Clearing all limits for user "${user}" ...`
        : phrase`Clearing "${limit}" limit for user "${user}" ...`,
    async run({ api, args: [user, limit] }) {
      const names = limit === "all" ? Object.keys(await userLimits(api, user)) : [limit];
      for (const name of names) await api.delete(path`/api/user-limits/${user}/${name}`);
      return DONE;
    },
  },
  {
    name: "list_user_limits",
    tools: CTL_AND_DIAGNOSTICS,
    section: "user_management",
    description: "Displays configured user limits",
    usage: "list_user_limits [--user <username>] [--global]",
    help: [["--global", "list limits for all the users"]],
    guides: ["access-control"],
    switches: { global: "boolean", user: "string" },
    formatter: "table",
    takes: [0, 0],
    defaults: { user: "guest" },
    banner: ({ options: { global, user } }) =>
      global === true ? phrase`Listing limits for all users ...` : phrase`Listing limits for user "${user}" ...`,
    async run({ api, options }) {
      if (options.global === true) {
        const all = await api.all("/api/user-limits");
        return list(
          all.map(({ user, value }) => row({ user: user as string, limits: sortedJson(value as JsonObject) })),
        );
      }
      const user = String(options.user);
      if (await api.find(path`/api/users/${user}`) === undefined) throw failure(phrase`{:no_such_user, "${user}"}`);
      return value(sortedJson(await userLimits(api, user)));
    },
  },
];

const ADDED =
  phrase`Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.`;

const BLANK =
  phrase`attempted to log in with a blank password, which is prohibited by the internal authN backend. To use TLS/x509 certificate-based authentication, see the rabbitmq_auth_mechanism_ssl plugin and configure the client to use the EXTERNAL authentication mechanism. Alternatively change the password for the user to be non-blank.`;

/** Returns the password in the arguments, or the next line of stdin. */
function passwordOf(call: Call, exitCode: ExitCode): string {
  const { args: [, password], terminal, say } = call;
  if (password !== undefined) return password;
  if (!isQuiet(call)) terminal.printNow(say(phrase`Password: `));
  const line = terminal.readLine();
  if (line === undefined || line === "") {
    throw failure(phrase`Password is not provided via argument or stdin`, exitCode);
  }
  return line.trim();
}

/** Carries out a change of a user, who must exist. */
async function forUser(call: Call, user: string, change: (user: string) => Promise<void>): Promise<void> {
  try {
    await change(user);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    if (isJson(call)) throw jsonFailure(await call.node(), `User ${user} does not exists`);
    throw failure(phrase`User "${user}" does not exist`, EXIT.noUser);
  }
}

/** Replaces a user by one with other properties. */
const changeUser = (call: Call, user: string, change: (found: JsonObject) => JsonObject): Promise<void> =>
  forUser(call, user, async () => {
    const found = await call.api.get(path`/api/users/${user}`) as JsonObject;
    await call.api.put(path`/api/users/${user}`, change(found));
  });

async function userLimits(api: ManagementClient, user: string): Promise<JsonObject> {
  const [limits] = await api.all(path`/api/user-limits/${user}`);
  return limits === undefined ? {} : limits.value as JsonObject;
}
