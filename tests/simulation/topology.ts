import type { FieldTable } from "../../src/wire/field_table.ts";
import type { QueueModel } from "./model.ts";

/** Existence of a thing. A request without an answer leaves it `"uncertain"`. */
export type Presence = "absent" | "present" | "uncertain";

export type ExchangeType = "direct" | "fanout" | "topic" | "headers";

/** A thing with a name that can be declared and deleted. */
export interface Declared {
  readonly name: string;
  readonly isDurable: boolean;
  presence: Presence;
}

export interface ExchangeModel extends Declared {
  readonly kind: "exchange";
  readonly type: ExchangeType;
}

export interface BindingModel {
  readonly source: ExchangeModel;
  readonly destination: ExchangeModel | QueueModel;
  readonly routingKey: string;
  readonly arguments: FieldTable;
  presence: Presence;
}

/** The queues on a route; true for those that certainly get the message. */
export type Route = Map<QueueModel, boolean>;

/** The exchanges and bindings as far as they are known, and the routes through them. */
export class Topology {
  readonly exchanges = new Map<string, ExchangeModel>();
  /** By name, the one that was declared last. */
  readonly queues = new Map<string, QueueModel>();
  bindings: BindingModel[] = [];

  constructor() {
    for (const type of ["direct", "fanout", "topic", "headers"] as const) {
      const name = `amq.${type}`;
      this.exchanges.set(name, { kind: "exchange", name, type, isDurable: true, presence: "present" });
    }
  }

  bindingOf(
    source: ExchangeModel,
    destination: ExchangeModel | QueueModel,
    routingKey: string,
  ): BindingModel | undefined {
    return this.bindings.find((binding) =>
      binding.source === source && binding.destination === destination && binding.routingKey === routingKey
    );
  }

  /** Removes a thing with its bindings. */
  forget(thing: ExchangeModel | QueueModel): void {
    thing.presence = "absent";
    this.bindings = this.bindings.filter(({ source, destination }) => source !== thing && destination !== thing);
  }

  /** Removes everything transient, as a process has ended. */
  forgetTransient(): void {
    const things = [...this.exchanges.values(), ...this.queues.values()];
    for (const thing of things) if (!thing.isDurable) this.forget(thing);
  }

  route(exchange: string, routingKey: string, headers: FieldTable | undefined): Route {
    const route: Route = new Map();
    if (exchange === "") {
      const queue = this.queues.get(routingKey);
      if (queue !== undefined && queue.presence !== "absent") route.set(queue, queue.presence === "present");
      return route;
    }
    const source = this.exchanges.get(exchange);
    if (source !== undefined) {
      this.#follow(source, source.presence === "present", routingKey, headers, route, new Map());
    }
    return route;
  }

  #follow(
    from: ExchangeModel,
    isCertain: boolean,
    routingKey: string,
    headers: FieldTable | undefined,
    route: Route,
    visited: Map<ExchangeModel, boolean>,
  ): void {
    if (from.presence === "absent") return;
    const before = visited.get(from);
    if (before === true || before === isCertain) return;
    visited.set(from, isCertain);
    for (const { source, destination, presence, ...binding } of this.bindings) {
      if (source !== from || presence === "absent" || destination.presence === "absent") continue;
      if (!matches(from.type, binding.routingKey, binding.arguments, routingKey, headers)) continue;
      const leadsCertainly = isCertain && presence === "present" && destination.presence === "present";
      if (destination.kind === "queue") route.set(destination, leadsCertainly || route.get(destination) === true);
      else this.#follow(destination, leadsCertainly, routingKey, headers, route, visited);
    }
  }
}

function matches(
  type: ExchangeType,
  bindingKey: string,
  bindingArguments: FieldTable,
  routingKey: string,
  headers: FieldTable | undefined,
): boolean {
  if (type === "fanout") return true;
  if (type === "direct") return bindingKey === routingKey;
  if (type === "headers") return bindingArguments.get("h")?.value === headers?.get("h")?.value;
  const pattern = bindingKey.replaceAll(".", "\\.").replaceAll("*", "[^.]+").replaceAll("\\.#", "(\\..+)?");
  return new RegExp(`^${pattern.replace("#", ".*")}$`).test(routingKey);
}
