import { Binding } from "../../broker/exchange/binding.ts";
import { EXCHANGE_TYPES } from "../../broker/exchange/exchange.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { BindingEnd, DraftVhost } from "../draft_vhost.ts";
import { tableJson } from "../json/table_json.ts";
import { objectJson, sortInSteps, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import { refusedBy } from "../refused.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";
import { vhostMember } from "./vhost_member.ts";

const SYSTEM_PREFIX = "amq.";

/** Bindings, except those of the default exchange, which every queue has. */
export const bindings: DefinitionsSection = {
  name: "bindings",
  isOfVhost: true,
  keys: new Set(["vhost", "source", "destination", "destination_type", "routing_key", "arguments", "properties_key"]),
  check(object, draft) {
    const vhost = draft.vhostOf(object);
    const sourceName = object.shortText("source");
    const type = object.text("destination_type");
    if (type !== "queue" && type !== "exchange") {
      throw object.problem("destination_type", 'this is "queue" or "exchange"');
    }
    const destinationName = object.entityName("destination");
    const routingKey = object.shortText("routing_key");
    const bindingArguments = object.table("arguments");
    if (sourceName === "") {
      object.notice("source", "bindings of the default exchange are not imported: every queue has its own");
      return undefined;
    }
    const source = findEnd(object, vhost, "source", "exchange", sourceName);
    const destination = findEnd(object, vhost, "destination", type, destinationName);
    if (source === undefined || destination === undefined) return undefined;
    const request = { source, destination, routingKey, arguments: bindingArguments };
    refusedBy(
      object,
      [],
      () => EXCHANGE_TYPES.get(vhost.exchange(sourceName)!.type)!.checkBinding?.(request, source.arguments),
    );
    return () => {
      const vhostNow = draft.existingVhost(vhost.name);
      const from = vhostNow.exchange(sourceName);
      const to = type === "exchange" ? vhostNow.exchange(destinationName) : vhostNow.queue(destinationName, null);
      vhostNow.bind(new Binding(from, to, routingKey, bindingArguments), draft.actor);
    };
  },
  *write({ vhosts, isSingle }: ExportScope) {
    for (const vhost of vhosts) yield* writeBindings(vhost, isSingle);
  },
};

/** Returns an end of a binding; `undefined` when it is not imported. Throws `DefinitionProblem` when it is missing. */
function findEnd(
  object: ObjectReader,
  vhost: DraftVhost,
  key: "source" | "destination",
  kind: BindingEnd["kind"],
  name: string,
): BindingEnd | undefined {
  const end = kind === "exchange" ? vhost.exchange(name) : vhost.queue(name);
  if (end !== undefined) return end;
  const isLeftOut = name.startsWith(SYSTEM_PREFIX) || kind === "exchange" && vhost.exchangesLeftOut.has(name);
  if (!isLeftOut) throw object.problem(key, `no ${kind} '${name}' in vhost '${vhost.name}'`);
  object.notice(key, "bindings of what is not imported are left out");
  return undefined;
}

/** Writes bindings, except those of exclusive queues, which an import would not find. */
function* writeBindings(vhost: VirtualHost, isSingle: boolean): Generator<string | undefined> {
  for (const name of yield* sortInSteps(vhost.exchanges.keys())) {
    const all = vhost.exchanges.get(name)?.bindings;
    if (all === undefined || all.size === 0) continue;
    for (const identity of yield* sortInSteps(all.keys())) {
      const binding = all.get(identity);
      if (binding === undefined) continue;
      const { destination, routingKey } = binding;
      if (destination.kind === "queue" && destination.owner !== null) continue;
      yield objectJson([
        ["source", textJson(name)],
        vhostMember(vhost, isSingle),
        ["destination", textJson(destination.name)],
        ["destination_type", textJson(destination.kind)],
        ["routing_key", textJson(routingKey)],
        ["arguments", tableJson(binding.arguments)],
      ]);
    }
  }
}
