import type { FieldTable, FieldValue } from "../../wire/field_table.ts";
import { erlangFields } from "../../wire/erlang_text.ts";
import {
  type EventName,
  type Events,
  type EventSink,
  type EventValue,
  HAS_USER,
  INTERNAL_USER,
} from "../events/events.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import { type OwnMessage, publishOwn } from "../routing/own_message.ts";
import type { Exchanges } from "../routing/route.ts";
import type { Clock } from "../turn/clock.ts";
import type { Deferred } from "../turn/turn.ts";

const NAME = "amq.rabbitmq.event";
const PERSISTENT = 2;
const NO_BYTES = new Uint8Array(0);

/** The parts of the broker that the event exchange uses. */
interface EventExchangeHost extends QueueHost {
  readonly name: string;
  readonly clock: Clock;
}

/** The parts of its virtual host that the event exchange uses. */
interface EventExchangeVhost {
  readonly exchanges: Exchanges;
  declareSystemExchange(name: string, type: string): Exchange;
  removeSystemExchange(name: string): void;
}

/** Publishes the events of a broker to a topic exchange (RabbitMQ: Event Exchange), with headers and no body. */
export class EventExchange implements EventSink, Deferred {
  readonly #host: EventExchangeHost;
  readonly #vhost: EventExchangeVhost;
  readonly #exchange: Exchange;
  /** Events of this turn. */
  #events: OwnMessage[] = [];
  readonly #pids = new WeakMap<object, string>();
  #pidCount = 0;
  /** Start time in seconds since 1970, which tells the processes of one start from those of another. */
  readonly #startedAt: number;

  /** Declares the exchange. */
  constructor(host: EventExchangeHost, vhost: EventExchangeVhost) {
    this.#host = host;
    this.#vhost = vhost;
    this.#startedAt = Math.floor(host.clock.time() / 1000);
    this.#exchange = vhost.declareSystemExchange(NAME, "topic");
  }

  /** Deletes the event exchange that an earlier run left in a virtual host. */
  static remove(vhost: EventExchangeVhost): void {
    vhost.removeSystemExchange(NAME);
  }

  notify<E extends EventName>(event: E, facts: Events[E], user: string = INTERNAL_USER): void {
    if (this.#exchange.bindings.size === 0) return;
    const { timeMs } = this.#host;
    const headers = new Map(Object.entries(facts).filter(([, value]) => value !== undefined).map(toField));
    if (HAS_USER[event]) headers.set("user_who_performed_action", toValue(user));
    headers.set("timestamp_in_ms", toValue(timeMs));
    this.#events.push({
      routingKey: event,
      properties: { headers, deliveryMode: PERSISTENT, timestamp: BigInt(Math.floor(timeMs / 1000)) },
      body: NO_BYTES,
    });
    if (this.#events.length === 1) this.#host.turn.addQueue(this);
  }

  /**
   * Publishes the events at the end of the turn: when they are reported, an action such as the deletion of a queue may
   * be half done.
   */
  finishTurn(): void {
    const events = this.#events;
    this.#events = [];
    for (const own of events) publishOwn(this.#host, this.#vhost.exchanges, this.#exchange, own);
  }

  get node(): string {
    return this.#host.name;
  }

  pidOf(process: object): string {
    let pid = this.#pids.get(process);
    if (pid === undefined) {
      this.#pids.set(process, pid = `<${this.#host.name}.${this.#startedAt}.${++this.#pidCount}.0>`);
    }
    return pid;
  }
}

const toField = ([name, value]: [string, EventValue]): [string, FieldValue] => [name, toValue(value)];

function toValue(value: EventValue): FieldValue {
  if (typeof value === "boolean") return { type: "t", value };
  if (typeof value === "string") return { type: "S", value };
  if (typeof value === "number") {
    return Number.isInteger(value) ? { type: "l", value: BigInt(value) } : { type: "f", value };
  }
  if (value === null) return { type: "S", value: "null" };
  if (value instanceof Map) return { type: "A", value: erlangFields(value as FieldTable).map(toValue) };
  if (Array.isArray(value)) return { type: "A", value: value.map(toValue) };
  const fields = Object.entries(value as Readonly<Record<string, EventValue>>);
  // In Erlang an empty table is an empty list.
  return fields.length === 0 ? { type: "A", value: [] } : { type: "F", value: new Map(fields.map(toField)) };
}
