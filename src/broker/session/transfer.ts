import type { MessageContent } from "../../store/message_content.ts";
import { internalError } from "../../wire/error.ts";
import { LateReceipt, type Receipt } from "../message/receipt.ts";
import { copyContent } from "../message/copy_message.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { peekMessages } from "../queue/peek.ts";
import { Queue } from "../queue/queue.ts";
import { forward } from "../routing/publish.ts";
import { Slice } from "../turn/slices.ts";
import { type Channel, SILENT } from "./channel.ts";
import { fetchMany, whenKnown } from "./fetch_many.ts";
import { findQueue } from "./queue_operations.ts";
import type { Session } from "./session.ts";

/** Number of messages on their way above which a transfer waits, and number at which it goes on. */
const UNDERWAY_MAX = 1024;
const UNDERWAY_LOW = 512;

/** Maximum number of messages that one transfer looks at. */
export const EXAMINED_MAX = 1_000_000;

/** The messages that are transferred. */
export interface TransferRequest {
  /** Name of the queue that they are in. */
  readonly source: string;
  /** Maximum number of messages that are transferred. */
  readonly count: number;
  /** Returns the queue that a message goes to; `undefined` for one that stays. */
  readonly destinationOf: (content: MessageContent) => AnyQueue | undefined;
  /** Returns true when nobody waits for the transfer any more. */
  readonly isCancelled: () => boolean;
}

/** Numbers of messages at the end of a transfer. */
export interface Transferred {
  /** Messages that are safe in their new queues. */
  transferred: number;
  /** Messages that were not wanted, and stay as they were. */
  skipped: number;
  /** Messages that a queue refused, which stay too. The transfer ends with the first one. */
  refused: number;
}

/**
 * Moves messages to other queues, with their properties, exchange and routing key. Each is removed from its queue when the
 * other one has it, and the store, where it is persistent and the queue durable. Messages that stay are held until the
 * end, so that consumers don't see them for that time; then they are where they were.
 */
export async function moveMessages(session: Session, request: TransferRequest): Promise<Transferred> {
  const channel = session.openChannel(0, SILENT);
  const transfer = new Transfer(session, request);
  const source = await whenKnown(() => findQueue(session, request.source, "read"));
  const held: (readonly [deliveryTag: number, isRedelivered: boolean])[] = [];
  // What comes meanwhile stays: it may be what was moved, and came back.
  let missing = Math.min(source.readyCount, EXAMINED_MAX);
  try {
    if (missing === 0 || request.count === 0) return transfer.numbers;
    let settle = () => {};
    await fetchMany(channel, request.source, false, {
      take({ message, isRedelivered }, deliveryTag, { host: { messages } }) {
        const receipt = transfer.send(messages.locate(message));
        settle = () =>
          transfer.whenSettled(receipt, (isThere) => {
            if (isThere) channel.subscriptions.finish(deliveryTag, false, "settle");
            else held.push([deliveryTag, isRedelivered]);
          });
      },
      goOn() {
        settle();
        return --missing > 0 && transfer.goOn();
      },
    });
    await transfer.whenDone();
  } finally {
    await restore(channel, source, held);
    channel.close();
    session.node.endTurn();
  }
  return transfer.numbers;
}

async function restore(
  { session: { node }, subscriptions }: Channel,
  source: AnyQueue,
  held: readonly (readonly [deliveryTag: number, isRedelivered: boolean])[],
): Promise<void> {
  if (!(source instanceof Queue)) return;
  const slice = new Slice(node);
  for (const [deliveryTag, isRedelivered] of held) {
    subscriptions.unfetch(source, deliveryTag, isRedelivered);
    if (!slice.isOver) continue;
    node.endTurn();
    await slice.next();
  }
}

/** Copies messages to other queues, in the same way. Those in the source are not touched; it may be a stream. */
export async function copyMessages(session: Session, request: TransferRequest): Promise<Transferred> {
  const transfer = new Transfer(session, request);
  const source = await whenKnown(() => findQueue(session, request.source, "read"));
  const most = Math.min(source.readyCount, EXAMINED_MAX);
  if (most > 0 && request.count > 0) {
    await peekMessages(source, { offset: 0, most, isAsDelivered: false }, new Slice(session.node), (content) => {
      transfer.whenSettled(transfer.send(content), () => {});
      return transfer.goOn();
    });
    await transfer.whenDone();
  }
  session.node.endTurn();
  return transfer.numbers;
}

/** A transfer, which never has more than {@linkcode UNDERWAY_MAX} messages on their way. */
class Transfer {
  readonly numbers: Transferred = { transferred: 0, skipped: 0, refused: 0 };
  readonly #session: Session;
  readonly #request: TransferRequest;
  #underway = 0;
  #taken = 0;
  /** Called when few enough are on their way. */
  #resume: { readonly at: number; readonly resolve: () => void } | undefined;

  constructor(session: Session, request: TransferRequest) {
    this.#session = session;
    this.#request = request;
  }

  /** Sends a message on its way. Returns its receipt, for {@linkcode whenSettled}; `undefined` for one that stays. */
  send(content: MessageContent): Receipt | undefined {
    const destination = this.#request.destinationOf(content);
    if (destination === undefined || destination.isDeleted) {
      this.numbers.skipped++;
      return undefined;
    }
    const { node, vhost: { exchanges } } = this.#session;
    this.#taken++;
    this.#underway++;
    return forward(node, exchanges, copyContent(node.messages, content), [], destination);
  }

  /** Calls back once it is known whether the message is safe where it went. */
  whenSettled(receipt: Receipt | undefined, callback: (isThere: boolean) => void): void {
    if (receipt === undefined) return callback(false);
    const late = receipt instanceof LateReceipt ? receipt : this.#lateReceipt(receipt);
    late.whenSettled((isTaken) => {
      this.#underway--;
      if (isTaken) this.numbers.transferred++;
      else this.numbers.refused++;
      callback(isTaken);
      if (this.#resume !== undefined && this.#underway <= this.#resume.at) this.#resume.resolve();
    });
  }

  #lateReceipt(receipt: number): LateReceipt {
    const late = new LateReceipt();
    late.add(this.#session.node, receipt);
    late.complete();
    return late;
  }

  /** Returns whether another message may go, maybe later. */
  goOn(): boolean | Promise<boolean> {
    const { node } = this.#session;
    if (!this.#isOpen) return false;
    if (this.#underway < UNDERWAY_MAX && node.blockedReason === undefined && !node.store.isBehind) return true;
    return this.#wait();
  }

  get #isOpen(): boolean {
    const { count, isCancelled } = this.#request;
    return this.numbers.refused === 0 && this.#taken < count && !isCancelled();
  }

  /** Waits until memory and disk have room, and fewer messages are on their way. */
  async #wait(): Promise<boolean> {
    const { node } = this.#session;
    node.endTurn();
    if (this.#underway >= UNDERWAY_MAX) await this.#whenUnderway(UNDERWAY_LOW);
    while (node.blockedReason !== undefined && this.#isOpen) await node.whenUnblocked();
    if (node.store.isBehind) await node.whenCaughtUp();
    if (node.admission.refusal !== undefined) throw internalError(node.admission.refusal);
    return this.#isOpen;
  }

  #whenUnderway(at: number): Promise<void> {
    if (this.#underway <= at) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resume = {
        at,
        resolve: () => {
          this.#resume = undefined;
          resolve();
        },
      };
    });
  }

  /** Resolves when no message is on its way any more. */
  async whenDone(): Promise<void> {
    this.#session.node.endTurn();
    await this.#whenUnderway(0);
  }
}
