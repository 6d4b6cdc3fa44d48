import { alternateExchangeOf } from "../../broker/exchange/alternate_exchange.ts";
import { type Exchange, EXCHANGE_TYPES, type ExchangeDeclaration } from "../../broker/exchange/exchange.ts";
import { canonicalTable } from "../../wire/field_table.ts";
import type { DraftVhost } from "../draft_vhost.ts";
import { tableJson } from "../json/table_json.ts";
import { objectJson, sortInSteps, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import { refusedBy } from "../refused.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";
import { vhostMember } from "./vhost_member.ts";

const SYSTEM_PREFIX = "amq.";
/** Prefix of the types of plugins and applications (AMQP 0-9-1 §3.1.3). */
const PLUGIN_PREFIX = "x-";
const ALTERNATE_EXCHANGE = "alternate-exchange";

/** Exchanges that clients declared. An existing one does not change. */
export const exchanges: DefinitionsSection = {
  name: "exchanges",
  isOfVhost: true,
  keys: new Set(["vhost", "name", "type", "durable", "auto_delete", "internal", "arguments"]),
  check(object, draft) {
    const vhost = draft.vhostOf(object);
    const name = object.shortText("name");
    if (name === "" || name.startsWith(SYSTEM_PREFIX)) {
      object.notice("name", "exchanges of the broker's own are not imported");
      return undefined;
    }
    const declaration: ExchangeDeclaration = {
      name,
      type: object.text("type"),
      durable: object.boolean("durable", true),
      autoDelete: object.boolean("auto_delete", false),
      internal: object.boolean("internal", false),
      arguments: object.table("arguments"),
    };
    if (!isOfKnownType(object, vhost, declaration)) return undefined;
    checkArguments(object, declaration);
    const planned = vhost.newExchanges.get(name);
    const existing = vhost.existing?.exchanges.get(name);
    if (planned !== undefined || existing !== undefined) {
      const other = planned ?? declarationOf(existing!);
      if (!isSame(other, declaration)) object.notice(undefined, "an exchange of this name exists and stays as it is");
      return undefined;
    }
    draft.addExchange(vhost, declaration, object);
    return () => {
      const vhostNow = draft.existingVhost(vhost.name);
      if (!vhostNow.exchanges.has(name)) vhostNow.declareExchange(declaration, draft.actor);
    };
  },
  *write({ vhosts, isSingle }: ExportScope) {
    for (const vhost of vhosts) {
      for (const name of yield* sortInSteps(vhost.exchanges.keys())) {
        const exchange = vhost.exchanges.get(name);
        if (exchange === undefined || name === "" || name.startsWith(SYSTEM_PREFIX)) continue;
        yield objectJson([
          ["name", textJson(name)],
          vhostMember(vhost, isSingle),
          ["type", textJson(exchange.type)],
          ["durable", String(exchange.isDurable)],
          ["auto_delete", String(exchange.isAutoDelete)],
          // RabbitMQ 4 leaves internal exchanges out, but accepts the key in an import.
          ["internal", exchange.isInternal ? "true" : undefined],
          ["arguments", tableJson(exchange.arguments)],
        ]);
      }
    }
  },
};

function isOfKnownType(object: ObjectReader, vhost: DraftVhost, { name, type }: ExchangeDeclaration): boolean {
  if (EXCHANGE_TYPES.has(type)) return true;
  if (!type.startsWith(PLUGIN_PREFIX)) throw object.problem("type", `unknown exchange type '${type}'`);
  object.notice("type", `HareMQ has no exchanges of type '${type}': they are left out, with their bindings`);
  vhost.exchangesLeftOut.add(name);
  return false;
}

function checkArguments(object: ObjectReader, { type, arguments: exchangeArguments }: ExchangeDeclaration): void {
  if (exchangeArguments.has(ALTERNATE_EXCHANGE) && alternateExchangeOf(exchangeArguments) === undefined) {
    throw object.problem(["arguments", ALTERNATE_EXCHANGE], "the name of an exchange is expected here");
  }
  refusedBy(object, "arguments", () => EXCHANGE_TYPES.get(type)!.checkArguments?.(exchangeArguments));
}

const declarationOf = (exchange: Exchange): ExchangeDeclaration => ({
  name: exchange.name,
  type: exchange.type,
  durable: exchange.isDurable,
  autoDelete: exchange.isAutoDelete,
  internal: exchange.isInternal,
  arguments: exchange.arguments,
});

const isSame = (a: ExchangeDeclaration, b: ExchangeDeclaration): boolean =>
  a.type === b.type && a.durable === b.durable && a.autoDelete === b.autoDelete && a.internal === b.internal &&
  canonicalTable(a.arguments) === canonicalTable(b.arguments);
