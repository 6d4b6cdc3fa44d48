import { preconditionFailed } from "../../wire/error.ts";
import { erlangValue } from "../../wire/erlang_text.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { Binding } from "./binding.ts";
import { copyMessage } from "../message/copy_message.ts";
import type { Message } from "../message/messages.ts";
import { fanout } from "./fanout.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeHost, ExchangeType, Match, Router } from "./router.ts";

const LENGTH = "x-recent-history-length";
const NO_STORE = "x-recent-history-no-store";
const DEFAULT_LENGTH = 20;
/** Types of the length argument; RabbitMQ accepts no unsigned ones here. */
const LENGTH_TYPES = "bsIl";
/** Maximum size of the messages of one history, above which the oldest are dropped. In bytes. */
const HISTORY_BYTES_MAX = 64 * 1024 * 1024;

/** Memory of a remembered message beside its own bytes. In bytes. */
const REMEMBERED_BYTES = 256;

/** Returns the number of messages to remember. Throws PRECONDITION_FAILED. */
function lengthOf(exchangeArguments: FieldTable): number {
  const argument = exchangeArguments.get(LENGTH);
  if (argument === undefined) return DEFAULT_LENGTH;
  const { type, value } = argument;
  const length = LENGTH_TYPES.includes(type) ? Number(value) : 0;
  if (length > 0) return length;
  throw preconditionFailed(`${erlangValue("Invalid argument ", argument)}, '${LENGTH}' must be a positive integer`);
}

/** A copy of a message, with a single reference. */
interface Remembered {
  readonly message: Message;
  readonly routingKeys: readonly string[];
  readonly bytes: number;
}

/**
 * RabbitMQ: Recent History Exchange. Like a fanout exchange, but a new binding gets the latest messages first. They are
 * in memory only, and lost after a restart.
 */
class RecentHistoryRouter implements Router {
  readonly dependsOnMessage = true;
  readonly #length: number;
  readonly #host: ExchangeHost;
  readonly #all: Router;
  /** Oldest first. */
  readonly #history = new Set<Remembered>();
  #historyBytes = 0;

  constructor(exchangeArguments: FieldTable, host: ExchangeHost) {
    this.#length = lengthOf(exchangeArguments);
    this.#host = host;
    this.#all = fanout.createRouter(exchangeArguments, host);
  }

  add(binding: Binding): void {
    this.#all.add(binding);
    // Where exchanges are bound in a circle, a forwarded message comes back and is remembered again.
    for (const { message, routingKeys } of [...this.#history]) {
      this.#host.forward(copyMessage(this.#host.messages, message), routingKeys, binding.destination);
    }
  }

  remove(binding: Binding): void {
    this.#all.remove(binding);
  }

  route(message: RoutedMessage, match: Match): void {
    if (message.headers.get(NO_STORE)?.value !== true) this.#remember(message);
    this.#all.route(message, match);
  }

  explain(message: RoutedMessage, match: Match): void {
    this.#all.route(message, match);
  }

  #remember({ message: original, routingKeys }: RoutedMessage): void {
    const { messages } = this.#host;
    const message = copyMessage(messages, original);
    const { addressBytes, headerBytes, bodyBytes } = messages.locate(message);
    const bytes = REMEMBERED_BYTES + addressBytes + headerBytes + bodyBytes;
    this.#history.add({ message, routingKeys, bytes });
    this.#historyBytes += bytes;
    for (const oldest of this.#history) {
      if (this.#history.size <= this.#length && this.#historyBytes <= HISTORY_BYTES_MAX) break;
      this.#forget(oldest);
    }
  }

  #forget(remembered: Remembered): void {
    this.#history.delete(remembered);
    this.#historyBytes -= remembered.bytes;
    this.#host.messages.release(remembered.message);
  }

  forEachHeld(visit: (message: Message) => void): void {
    for (const { message } of this.#history) visit(message);
  }

  close(): void {
    for (const remembered of this.#history) this.#forget(remembered);
  }
}

export const recentHistory: ExchangeType = {
  checkArguments: lengthOf,
  createRouter: (exchangeArguments, host) => new RecentHistoryRouter(exchangeArguments, host),
};
