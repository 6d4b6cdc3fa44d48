import type { Binding } from "../../broker/exchange/binding.ts";
import { withoutLineBreaks } from "../../broker/session/line_breaks.ts";
import { bindExchange, unbindExchange } from "../../broker/session/exchange_operations.ts";
import { bindQueue, unbindQueue } from "../../broker/session/queue_operations.ts";
import type { Session } from "../../broker/session/session.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import { notFound } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { exchangeName } from "../object_name.ts";
import { findBinding, propertiesKey, quotePlus } from "../properties_key.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { tableValue } from "../table_value.ts";
import { vhostsToList } from "../visible_vhosts.ts";

const ENDS = "/api/bindings/:vhost/e/:source/:dtype/:destination";

/** Bindings (RabbitMQ: `rabbit_mgmt_wm_binding*`). */
export const BINDINGS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/bindings",
    who: "management",
    summary: "All bindings.",
    returns: "list",
    handle: async (request) => reply(request, allBindings(await vhostsToList(request))),
  },
  {
    method: "GET",
    path: "/api/bindings/:vhost",
    who: "management",
    summary: "All bindings in a virtual host.",
    returns: "list",
    handle: (request) => reply(request, allBindings([request.vhost])),
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost/:exchange/bindings/source",
    who: "management",
    summary: "All bindings of which an exchange is the source.",
    returns: "list",
    handle: (request) => reply(request, bindingsFrom(request.vhost, exchangeName(request.params.exchange))),
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost/:exchange/bindings/destination",
    who: "management",
    summary: "All bindings of which an exchange is the destination.",
    returns: "list",
    handle: (request) => reply(request, bindingsTo(request.vhost, "exchange", exchangeName(request.params.exchange))),
  },
  {
    method: "GET",
    path: "/api/queues/:vhost/:queue/bindings",
    who: "management",
    summary: "All bindings of a queue.",
    returns: "list",
    handle: (request) => reply(request, bindingsTo(request.vhost, "queue", request.params.queue)),
  },
  {
    method: "GET",
    path: ENDS,
    who: "management",
    summary: "All bindings between an exchange and a queue (q), or another exchange (e).",
    returns: "list",
    handle: (request) => reply(request, bindingsBetween(request)),
  },
  {
    method: "POST",
    path: ENDS,
    who: "management",
    summary:
      "Adds a binding, with the optional keys routing_key and arguments. The header Location of the answer has " +
      "the binding's path, relative to that of the request.",
    handle: add,
  },
  {
    method: "GET",
    path: `${ENDS}/:props`,
    who: "management",
    summary: "A binding, by its properties_key: its routing key and a hash of its arguments.",
    handle: (request) => ok(bindingJson(findIn(request))),
  },
  {
    method: "DELETE",
    path: `${ENDS}/:props`,
    who: "management",
    summary: "Removes a binding.",
    handle: remove,
  },
];

/** A binding as the API shows it: those of the default exchange don't exist otherwise. */
interface ShownBinding {
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationType: Binding["destination"]["kind"];
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

function shown({ name: vhost }: VirtualHost, binding: Binding): ShownBinding {
  const { source, destination, routingKey, arguments: table } = binding;
  const destinationType = destination.kind;
  return { vhost, source: source.name, destination: destination.name, destinationType, routingKey, arguments: table };
}

/** Returns the binding of a queue to the default exchange. */
const defaultBinding = ({ name: vhost }: VirtualHost, queue: string): ShownBinding => ({
  vhost,
  source: "",
  destination: queue,
  destinationType: "queue",
  routingKey: queue,
  arguments: EMPTY_TABLE,
});

const bindingJson = (binding: ShownBinding) => ({
  source: binding.source,
  vhost: binding.vhost,
  destination: binding.destination,
  destination_type: binding.destinationType,
  routing_key: binding.routingKey,
  arguments: tableValue(binding.arguments),
  properties_key: propertiesKey(binding),
});

/** RabbitMQ's order of bindings. */
const ORDER = ["vhost", "source", "type", "destination", "routing_key", "properties_key"];
const FIELDS = {
  vhost: (binding: ShownBinding) => binding.vhost,
  source: (binding: ShownBinding) => binding.source,
  type: () => undefined,
  destination: (binding: ShownBinding) => binding.destination,
  destination_type: (binding: ShownBinding) => binding.destinationType,
  routing_key: (binding: ShownBinding) => binding.routingKey,
  properties_key: propertiesKey,
};

const reply = (request: ApiRequest, items: Iterable<ShownBinding>): Promise<Response> =>
  replyList(request, { items, describe: bindingJson, fields: FIELDS, order: ORDER });

function* allBindings(vhosts: Iterable<VirtualHost>): Generator<ShownBinding> {
  for (const vhost of vhosts) for (const exchange of vhost.exchanges.keys()) yield* bindingsFrom(vhost, exchange);
}

function* bindingsFrom(vhost: VirtualHost, source: string): Generator<ShownBinding> {
  if (source === "") {
    for (const queue of vhost.queues.keys()) yield defaultBinding(vhost, queue);
  }
  for (const binding of vhost.exchanges.get(source)?.bindings.values() ?? []) yield shown(vhost, binding);
}

function* bindingsTo(vhost: VirtualHost, kind: "queue" | "exchange", name: string): Generator<ShownBinding> {
  if (kind === "queue") yield defaultBinding(vhost, name);
  const destination = kind === "queue" ? vhost.queues.get(name) : vhost.exchanges.get(name);
  if (destination === undefined) return;
  for (const binding of vhost.incoming.of(destination)) yield shown(vhost, binding);
}

/** Ends of the bindings that a path names. */
interface Ends {
  readonly source: string;
  readonly destination: string;
  readonly kind: "queue" | "exchange";
}

const KINDS: Readonly<Record<string, Ends["kind"]>> = { q: "queue", e: "exchange" };

function endsIn({ params: { source, dtype, destination } }: ApiRequest): Ends {
  if (!Object.hasOwn(KINDS, dtype)) throw notFound();
  const kind = KINDS[dtype];
  return {
    source: exchangeName(source),
    kind,
    destination: kind === "queue" ? destination : exchangeName(destination),
  };
}

function bindingsBetween(request: ApiRequest): ShownBinding[] {
  const { source, kind, destination } = endsIn(request);
  return [...bindingsTo(request.vhost, kind, destination)].filter((binding) => binding.source === source);
}

function findIn(request: ApiRequest): ShownBinding {
  const binding = findBinding(request.params.props, bindingsBetween(request));
  if (binding === undefined) throw notFound();
  return binding;
}

async function add(request: ApiRequest): Promise<Reply> {
  const { kind, ...asked } = endsIn(request);
  const ends = { kind, source: withoutLineBreaks(asked.source), destination: withoutLineBreaks(asked.destination) };
  const body = await request.body();
  const routingKey = body.value("routing_key") === undefined ? "" : body.shortText("routing_key");
  const properties = { routingKey, arguments: body.table("arguments") };
  await request.withSession((session) => changeBinding(session, "bind", ends, properties));
  return created(`${quotePlus(request.params.destination)}/${quotePlus(propertiesKey(properties))}`);
}

async function remove(request: ApiRequest): Promise<Reply> {
  const ends = endsIn(request);
  await request.withSession((session) => changeBinding(session, "unbind", ends, findIn(request)));
  return NO_CONTENT;
}

type Properties = Pick<ShownBinding, "routingKey" | "arguments">;

function changeBinding(session: Session, change: "bind" | "unbind", ends: Ends, properties: Properties): void {
  const { source, kind, destination } = ends;
  const { routingKey, arguments: table } = properties;
  if (kind === "queue") {
    const bindOrUnbind = change === "bind" ? bindQueue : unbindQueue;
    bindOrUnbind(session, { exchange: source, queue: destination, routingKey, arguments: table });
  } else {
    const bindOrUnbind = change === "bind" ? bindExchange : unbindExchange;
    bindOrUnbind(session, { source, destination, routingKey, arguments: table });
  }
}
