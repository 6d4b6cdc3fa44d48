import { canonicalTable, type FieldTable } from "../../wire/field_table.ts";
import type { BindingRecord } from "../../store/topology_record.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** The destination of a binding. */
export type Destination = Exchange | AnyQueue;

/** A binding from an exchange to a queue or to another exchange, for messages that match a key or arguments. */
export class Binding {
  readonly source: Exchange;
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: FieldTable;

  constructor(source: Exchange, destination: Destination, routingKey: string, bindingArguments: FieldTable) {
    this.source = source;
    this.destination = destination;
    this.routingKey = routingKey;
    this.arguments = bindingArguments;
  }

  /** A binding is durable when both of its ends are. */
  get isDurable(): boolean {
    return this.source.isDurable && this.destination.isDurable;
  }

  /** Text that equal bindings share; source and arguments count as well as the key. */
  get identity(): string {
    return bindingIdentity(this.toRecord());
  }

  toRecord(): BindingRecord {
    return {
      source: this.source.name,
      destination: this.destination.name,
      destinationType: this.destination.kind,
      routingKey: this.routingKey,
      arguments: this.arguments,
    };
  }
}

/** Returns a text that equal bindings share. */
export function bindingIdentity(
  { source, destinationType, destination, routingKey, arguments: bindingArguments }: BindingRecord,
): string {
  return JSON.stringify([source, destinationType, destination, routingKey, canonicalTable(bindingArguments)]);
}
