import { findLengthProblem } from "../../broker/policy/parameters.ts";
import { findPolicyProblems } from "../../broker/policy/policy.ts";
import type { PolicyKind } from "../../broker/policy/policy_keys.ts";
import type { Json } from "../../wire/json.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";
import { vhostMember } from "./vhost_member.ts";

/** Users' policies. Operators' policies are parameters. */
export const policies: DefinitionsSection = {
  name: "policies",
  isOfVhost: true,
  keys: new Set(["vhost", "name", "pattern", "apply-to", "priority", "definition"]),
  check(object, draft) {
    const { name: vhost } = draft.vhostOf(object);
    const name = object.entityName("name");
    const pattern = object.text("pattern");
    const definition = object.json("definition") ?? null;
    const value = { pattern, definition, ...priorityAndTarget(object) };
    checkPolicy(object, "policy", name, value);
    const tooLong = findLengthProblem({ vhost, component: "policy", name, value });
    if (tooLong !== undefined) throw object.problem("definition", tooLong);
    return () => void draft.existingVhost(vhost).policies.users.setValue(name, value, draft.actor);
  },
  *write({ vhosts, isSingle }: ExportScope) {
    for (const vhost of vhosts) {
      const all = vhost.policies.users.list().sort((a, b) => byCodeUnits(a.name, b.name));
      for (const { name, pattern, applyTo, definition, priority } of all) {
        yield objectJson([
          vhostMember(vhost, isSingle),
          ["name", textJson(name)],
          ["pattern", textJson(pattern.source)],
          ["apply-to", textJson(applyTo)],
          ["definition", JSON.stringify(definition)],
          ["priority", String(priority)],
        ]);
      }
    }
  },
};

const priorityAndTarget = (object: ObjectReader) => ({
  priority: object.json("priority") ?? 0,
  "apply-to": object.json("apply-to") ?? "all",
});

/** Throws `DefinitionProblem` for a policy that RabbitMQ refuses. `steps` lead from the object to the policy. */
export function checkPolicy(
  object: ObjectReader,
  kind: PolicyKind,
  name: string,
  value: Json,
  steps: readonly string[] = [],
): void {
  const [problem] = findPolicyProblems(kind, name, value);
  if (problem === undefined) return;
  throw object.problem(problem.part === undefined ? steps : [...steps, problem.part], problem.text);
}
