import { patternProblem } from "../../broker/policy/policy_keys.ts";
import type { PermissionRecord } from "../../store/topology_record.ts";
import type { Draft } from "../draft.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";

/** Permissions of users in virtual hosts. */
export const permissions: DefinitionsSection = {
  name: "permissions",
  isOfVhost: false,
  keys: new Set(["user", "vhost", "configure", "write", "read"]),
  check(object, draft) {
    const { node: { topology }, actor } = draft;
    const record: PermissionRecord = {
      ...readPermissionKey(object, draft),
      configure: readPattern(object, "configure"),
      write: readPattern(object, "write"),
      read: readPattern(object, "read"),
    };
    return () => {
      const { configure, write, read } = topology.users.permission(record) ?? {};
      if (configure === record.configure && write === record.write && read === record.read) return;
      topology.userCommands.setPermission(record, actor);
    };
  },
  *write({ node }: ExportScope) {
    const all = [...node.topology.users.permissions()];
    all.sort((a, b) => byCodeUnits(a.vhost, b.vhost) || byCodeUnits(a.user, b.user));
    for (const { user, vhost, configure, write, read } of all) {
      yield objectJson([
        ["user", textJson(user)],
        ["vhost", textJson(vhost)],
        ["configure", textJson(configure)],
        ["write", textJson(write)],
        ["read", textJson(read)],
      ]);
    }
  },
};

/** Returns the user and the virtual host of a permission, both of which must exist. */
export function readPermissionKey(object: ObjectReader, draft: Draft): { user: string; vhost: string } {
  const user = object.text("user");
  if (!draft.hasUser(user)) throw object.problem("user", `user '${user}' does not exist`);
  return { user, vhost: draft.vhostOf(object).name };
}

export function readPattern(object: ObjectReader, key: string): string {
  const pattern = object.text(key);
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw object.problem(key, `invalid regular expression '${pattern}': ${problem}`);
  return pattern;
}
