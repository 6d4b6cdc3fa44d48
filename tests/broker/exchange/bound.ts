import { EMPTY_TABLE, type FieldTable, fieldTable, type PlainTable } from "../../../src/amqp/field_table.ts";
import { Binding, type Destination } from "../../../src/broker/binding.ts";
import { Exchange } from "../../../src/broker/exchange/exchange.ts";
import type { Router } from "../../../src/broker/exchange/router.ts";

/** An exchange that nobody else knows. */
export function exchange(type: string, name = `a ${type} exchange`): Exchange {
  return new Exchange({ name, type, durable: false, autoDelete: false, internal: false, arguments: EMPTY_TABLE });
}

/** Adds a binding to a router alone; it leads to an exchange that is called as the test says. */
export function add(
  router: Router,
  destination: string,
  routingKey: string,
  bindingArguments: PlainTable = {},
): Binding {
  return addTo(router, exchange("fanout", destination), routingKey, bindingArguments);
}

export function addTo(
  router: Router,
  destination: Destination,
  routingKey: string,
  bindingArguments: PlainTable = {},
): Binding {
  const binding = new Binding(exchange("fanout", "source"), destination, routingKey, fieldTable(bindingArguments));
  router.add(binding);
  return binding;
}

/** The names of where a router sends a message, each once, sorted. */
export function routed(router: Router, routingKey: string, headers: FieldTable = EMPTY_TABLE): string[] {
  const names = new Set<string>();
  router.route({ routingKeys: [routingKey], headers }, (destination) => names.add(destination.name));
  return [...names].sort();
}
