import { readAddress, writeAddress } from "../../wire/address.ts";
import { EMPTY_TABLE, type FieldTable, type FieldValue, textField } from "../../wire/field_table.ts";
import { PropertiesView, withHeaders } from "../../wire/properties.ts";
import type { Receipt } from "../message/receipt.ts";
import { CONSTRAINED, give, needsOf } from "./give.ts";
import { HeldMessage } from "../message/held_message.ts";
import { copyMessage } from "../message/copy_message.ts";
import { deathsIn } from "../message/deaths.ts";
import type { Message } from "../message/messages.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { DeadLetter, DeadLetterPublisher, DeathReason, DyingQueue } from "../queue/rules/dead_letters.ts";
import { type Exchanges, findRoute } from "./route.ts";
import { carbonCopies } from "../message/sender_selected.ts";
import type { Target } from "../message/target.ts";
import type { Deferred } from "../turn/turn.ts";

/** Position of a message that its queue did not take. */
const NOWHERE = -1;

export interface Dead {
  readonly queue: DyingQueue;
  readonly message: Message;
  readonly position: number;
  readonly reason: DeathReason;
}

/** Sees dead letters before they are given to queues. */
export interface DeadLetterObserver {
  deadLettered(dead: Pick<Dead, "message" | "queue" | "reason">, letter: Message, queueCount: number): void;
}

/** Returns the exchanges of a virtual host by its name; `undefined` when it is gone. */
type ExchangesOf = (vhost: string) => Exchanges | undefined;

/**
 * Publishes the messages that died in queues to their dead letter exchanges, at the end of the turn: so a message that
 * dies in one queue after another takes no stack. A queue releases its message when the dead letter has reached its
 * targets.
 */
export class DeadLetters implements DeadLetterPublisher, Deferred {
  readonly #host: QueueHost;
  readonly #exchangesOf: ExchangesOf;
  /** Set if anybody wants to see dead letters. */
  observer: DeadLetterObserver | undefined;
  #dead: Dead[] = [];
  /** Queues with a cycle of dead letters that has been reported. */
  readonly #reported = new WeakSet<Target>();

  constructor(host: QueueHost, exchangesOf: ExchangesOf) {
    this.#host = host;
    this.#exchangesOf = exchangesOf;
  }

  /** Takes a dead message of a queue with a dead letter exchange, and its reference. */
  add(queue: DyingQueue, message: Message, position: number, reason: DeathReason): void {
    this.#dead.push({ queue, message, position, reason });
    if (this.#dead.length === 1) this.#host.turn.addQueue(this);
  }

  /** Takes a message that a queue refused; the reference stays with the caller. */
  addRefused(queue: DyingQueue, message: Message): void {
    this.#host.messages.references[message]++;
    this.add(queue, message, NOWHERE, "maxlen");
  }

  finishTurn(): void {
    const dead = this.#dead;
    this.#dead = [];
    for (const { queue, message, position, reason } of dead) {
      const letter = this.write(queue, message, reason);
      if (letter !== undefined) this.give(letter.message, letter.queues);
      if (position === NOWHERE) this.#host.messages.release(message);
      else queue.release(message, position);
    }
  }

  /** Gives a dead letter to targets, and takes over one reference to it. It may have an expiration. */
  give(message: Message, targets: readonly Target[]): Receipt {
    return give(this.#host, message, targets, needsOf(this.#host, targets) | CONSTRAINED);
  }

  /** Makes the dead letter of a message; returns `undefined` when its exchange does not exist. */
  write(queue: DyingQueue, message: Message, reason: DeathReason): DeadLetter | undefined {
    const { deadLetterExchange: name, deadLetterRoutingKey } = queue.settings;
    if (queue.isDeleted || name === undefined) return undefined;
    const exchanges = this.#exchangesOf(queue.vhost.name);
    const exchange = exchanges?.get(name);
    if (exchanges === undefined || exchange === undefined) return undefined;
    const { messages, timeMs } = this.#host;
    const { exchange: from, routingKey: key } = readAddress(messages.address(message));
    const header = messages.header(message);
    const { headers, expiration } = new PropertiesView(header);
    const keys = [key, ...carbonCopies(headers ?? EMPTY_TABLE)];
    const history = this.#history(message, headers);
    const deaths = withDeath(history, { queue: queue.name, reason, exchange: from, keys, expiration, timeMs });
    const routingKeys = deadLetterRoutingKey === undefined ? keys : [deadLetterRoutingKey];
    const letterHeaders = headersOf(headers, deaths, deadLetterRoutingKey !== undefined);
    const letter = copyMessage(messages, message, {
      address: writeAddress({ exchange: exchange.name, routingKey: routingKeys[0] }),
      header: withHeaders(header, letterHeaders, true),
    });
    messages.setDied(letter);
    const route = findRoute(exchanges, exchange, new HeldMessage(messages, letter, routingKeys));
    const queues = reason === "rejected" ? route : route.filter((target) => !this.#isCycle(target, deaths));
    if (this.observer !== undefined && queues.length > 0) {
      this.observer.deadLettered({ message, queue, reason }, letter, queues.length);
    }
    return { message: letter, queues };
  }

  #history(message: Message, headers: FieldTable | undefined): FieldTable[] {
    if (this.#host.messages.hasDied(message)) return deathsIn(headers);
    return this.#host.behaviour.continuesPublishedDeaths ? deathsIn(headers).filter(isDeath) : [];
  }

  /** Returns whether a message has come back to a queue where it died before, and nobody has rejected it since. */
  #isCycle(target: Target, deaths: readonly FieldTable[]): boolean {
    if (target.kind !== "queue") return false;
    const last = deaths.findIndex((death) => death.get("queue")?.value === target.name);
    if (last === -1) return false;
    if (deaths.slice(0, last + 1).some((death) => death.get("reason")?.value === "rejected")) return false;
    if (!this.#reported.has(target)) {
      this.#reported.add(target);
      const names = deaths.map((death) => death.get("queue")?.value).join(", ");
      this.#host.report(
        `a message was dropped because it came back to queue '${target.name}' without having been rejected; it died in ` +
          `${names}. This is said once for this queue.`,
      );
    }
    return true;
  }
}

/** Returns whether a client's table has the fields of a death. */
const isDeath = (death: FieldTable): boolean =>
  typeof death.get("count")?.value === "bigint" && typeof death.get("queue")?.value === "string" &&
  typeof death.get("reason")?.value === "string";

interface Death {
  readonly queue: string;
  readonly reason: DeathReason;
  readonly exchange: string;
  readonly keys: readonly string[];
  readonly expiration: string | undefined;
  readonly timeMs: number;
}

/** Adds a death to the history of a message: the last death is first, and each queue and reason occurs once. */
function withDeath(history: readonly FieldTable[], death: Death): readonly FieldTable[] {
  const isSame = (other: FieldTable) =>
    other.get("queue")?.value === death.queue && other.get("reason")?.value === death.reason;
  const before = history.find(isSame);
  if (before === undefined) return [tableOf(death), ...history];
  const count: FieldValue = { type: "l", value: BigInt(before.get("count")?.value as bigint) + 1n };
  return [new Map([...before, ["count", count]]), ...history.filter((other) => other !== before)];
}

function tableOf({ queue, reason, exchange, keys, expiration, timeMs }: Death): FieldTable {
  const fields: [string, FieldValue][] = [
    ["count", { type: "l", value: 1n }],
    ["reason", textField(reason)],
    ["queue", textField(queue)],
    ["time", { type: "T", value: BigInt(Math.floor(timeMs / 1000)) }],
    ["exchange", textField(exchange)],
    ["routing-keys", { type: "A", value: keys.map(textField) }],
  ];
  if (expiration !== undefined) fields.unshift(["original-expiration", textField(expiration)]);
  return new Map(fields);
}

/** Fields of a death in `x-first-death-…` and `x-last-death-…`. */
const DEATH_FIELDS = ["reason", "queue", "exchange"] as const;

function headersOf(headers: FieldTable = EMPTY_TABLE, deaths: readonly FieldTable[], hasOwnKey: boolean): FieldTable {
  const all = new Map(headers);
  // A routing key of the queue replaces all routing keys of the message.
  if (hasOwnKey) all.delete("CC");
  all.set("x-death", { type: "A", value: deaths.map((value) => ({ type: "F", value })) });
  const isFirst = deaths.length === 1 && deaths[0].get("count")?.value === 1n;
  for (const name of DEATH_FIELDS) {
    const value = deaths[0].get(name)!;
    if (isFirst) all.set(`x-first-death-${name}`, value);
    all.set(`x-last-death-${name}`, value);
  }
  return all;
}
