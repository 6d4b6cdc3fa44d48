import { findLengthProblem, type Parameter } from "../../broker/policy/parameters.ts";
import { isMap } from "../../broker/policy/parameter_validation.ts";
import type { Json } from "../../wire/json.ts";
import type { Draft } from "../draft.ts";
import type { DraftVhost } from "../draft_vhost.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import type { Change, DefinitionsSection, ExportScope } from "../section.ts";
import { checkPolicy } from "./policies.ts";
import { vhostMember } from "./vhost_member.ts";

type Component = (
  object: ObjectReader,
  draft: Draft,
  vhost: DraftVhost,
  name: string,
  value: Json,
) => Change | undefined;

/** Components whose runtime parameters have a meaning in HareMQ. */
const COMPONENTS: Readonly<Record<string, Component>> = {
  policy(object) {
    throw object.problem("component", "policies may not be set using this method");
  },
  operator_policy(object, draft, vhost, name, value) {
    // RabbitMQ allows parts of a policy with a default to be missing.
    const policy = isMap(value) ? { priority: 0, "apply-to": "all", ...value } : value;
    checkPolicy(object, "operator_policy", name, policy, ["value"]);
    return () => void draft.existingVhost(vhost.name).policies.operators.setValue(name, policy, draft.actor);
  },
  "vhost-limits"(object, { node, actor }, vhost, name, value) {
    const [problem] = node.vhostLimits.findProblems(value);
    if (problem !== undefined) {
      throw object.problem(problem.part === undefined ? "value" : ["value", problem.part], problem.text);
    }
    const { "max-queues": maxQueues } = value as { readonly "max-queues"?: number };
    if (name === "limits") vhost.maxQueues = maxQueues ?? -1;
    return setUnlessSame(node, { vhost: vhost.name, component: "vhost-limits", name, value }, actor);
  },
};

/** Runtime parameters. Those of plugins that HareMQ lacks are kept for the next export. */
export const parameters: DefinitionsSection = {
  name: "parameters",
  isOfVhost: true,
  keys: new Set(["vhost", "component", "name", "value"]),
  check(object, draft) {
    const vhost = draft.vhostOf(object);
    const component = object.entityName("component");
    const name = object.entityName("name");
    const value = object.json("value");
    if (value === undefined) throw object.problem("value", "this key is missing");
    const tooLong = findLengthProblem({ vhost: vhost.name, component, name, value });
    if (tooLong !== undefined) throw object.problem("value", tooLong);
    const known = Object.hasOwn(COMPONENTS, component) ? COMPONENTS[component] : undefined;
    if (known !== undefined) return known(object, draft, vhost, name, value);
    object.notice("component", `parameters of the component '${component}' are kept, and have no effect in HareMQ`);
    return setUnlessSame(draft.node, { vhost: vhost.name, component, name, value }, draft.actor);
  },
  *write({ node, vhosts, isSingle }: ExportScope) {
    for (const vhost of vhosts) {
      const all = node.parameters.listAll(vhost.name).filter(({ component }) => component !== "policy");
      all.sort((a, b) => byCodeUnits(a.component, b.component) || byCodeUnits(a.name, b.name));
      for (const { component, name, value } of all) {
        yield objectJson([
          ["value", JSON.stringify(value)],
          vhostMember(vhost, isSingle),
          ["component", textJson(component)],
          ["name", textJson(name)],
        ]);
      }
    }
  },
};

const setUnlessSame = ({ parameters }: Draft["node"], parameter: Parameter, actor: Draft["actor"]): Change => () => {
  const { vhost, component, name, value } = parameter;
  const before = parameters.get(vhost, component, name);
  if (JSON.stringify(before) !== JSON.stringify(value)) parameters.set(parameter, actor);
};
