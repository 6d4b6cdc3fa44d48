import type { TopicPermissionRecord } from "../../store/topology_record.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";
import { readPattern, readPermissionKey } from "./permissions.ts";

/** Permissions of users for the routing keys of topic exchanges. */
export const topicPermissions: DefinitionsSection = {
  name: "topic_permissions",
  isOfVhost: false,
  keys: new Set(["user", "vhost", "exchange", "write", "read"]),
  check(object, draft) {
    const { node: { topology }, actor } = draft;
    const record: TopicPermissionRecord = {
      ...readPermissionKey(object, draft),
      exchange: object.shortText("exchange"),
      write: readPattern(object, "write"),
      read: readPattern(object, "read"),
    };
    return () => {
      const { write, read } = topology.users.topicPermission(record) ?? {};
      if (write !== record.write || read !== record.read) topology.userCommands.setTopicPermission(record, actor);
    };
  },
  *write({ node }: ExportScope) {
    const all = [...node.topology.users.topicPermissions()];
    all.sort((a, b) =>
      byCodeUnits(a.vhost, b.vhost) || byCodeUnits(a.user, b.user) || byCodeUnits(a.exchange, b.exchange)
    );
    for (const { user, vhost, exchange, write, read } of all) {
      yield objectJson([
        ["user", textJson(user)],
        ["vhost", textJson(vhost)],
        ["exchange", textJson(exchange)],
        ["write", textJson(write)],
        ["read", textJson(read)],
      ]);
    }
  },
};
