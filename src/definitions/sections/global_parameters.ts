import { GLOBAL_COMPONENT } from "../../broker/policy/parameter_events.ts";
import { findLengthProblem } from "../../broker/policy/parameters.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";

/** Prefix of parameters that belong to a cluster, which RabbitMQ does not export. */
const INTERNAL_PREFIX = "internal";
/** Name of the global parameter with the hash of the definitions that the last start imported. */
export const IMPORTED_HASH = "imported_definition_hash_value";

/** Runtime parameters without a virtual host. HareMQ only keeps them. */
export const globalParameters: DefinitionsSection = {
  name: "global_parameters",
  isOfVhost: false,
  keys: new Set(["name", "value"]),
  check(object, { node, actor }) {
    const name = object.text("name");
    const value = object.json("value");
    if (value === undefined) throw object.problem("value", "this key is missing");
    if (name.startsWith(INTERNAL_PREFIX) || name === IMPORTED_HASH) {
      object.notice("name", "parameters of the cluster's own are not imported");
      return undefined;
    }
    const tooLong = findLengthProblem({ vhost: "", component: GLOBAL_COMPONENT, name, value });
    if (tooLong !== undefined) throw object.problem("value", tooLong);
    object.notice("name", "global parameters are kept, and have no effect in HareMQ");
    const key = { vhost: "", component: GLOBAL_COMPONENT, name };
    return () => {
      const before = node.parameters.get("", GLOBAL_COMPONENT, name);
      if (JSON.stringify(before) !== JSON.stringify(value)) node.parameters.set({ ...key, value }, actor);
    };
  },
  *write({ node }: ExportScope) {
    const all = node.parameters.list("", GLOBAL_COMPONENT).sort((a, b) => byCodeUnits(a.name, b.name));
    for (const { name, value } of all) {
      if (name.startsWith(INTERNAL_PREFIX) || name === IMPORTED_HASH) continue;
      yield objectJson([["name", textJson(name)], ["value", JSON.stringify(value)]]);
    }
  },
};
