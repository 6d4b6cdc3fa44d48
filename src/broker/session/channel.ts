import { type ChannelError, type ConnectionError, preconditionFailed } from "../../wire/error.ts";
import type { TracedPeer } from "../tracing/firehose.ts";
import type { Message } from "../message/messages.ts";
import { LateReceipt, type Receipt } from "../message/receipt.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { ChannelCounts } from "./channel_counts.ts";
import type { ChannelPairs } from "./pairs/channel_pairs.ts";
import type { Publisher, PublisherSink } from "./publisher.ts";
import type { Session } from "./session.ts";
import { notifyChannelClosed, notifyChannelCreated } from "./session_events.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Transaction } from "./transaction.ts";

/** Receives the events of a channel, and writes them in its protocol. */
export interface ChannelSink extends PublisherSink {
  /** Closes the channel, or everything, with an error that no request of the client has caused. */
  failed(error: ChannelError | ConnectionError): void;
}

/** A sink without interest in events. */
export const SILENT: ChannelSink = { confirmed: () => {}, refused: () => {}, returned: () => {}, failed: () => {} };

/** One publisher and the subscriptions of a channel, with common delivery tags, acknowledgements and transactions. */
export class Channel {
  readonly session: Session;
  readonly number: number;
  readonly sink: ChannelSink;
  readonly publisher: Publisher;
  readonly subscriptions: Subscriptions;
  readonly counts = new ChannelCounts();
  /** Counts by exchange and queue, where they are kept. */
  readonly pairs: ChannelPairs | undefined;
  #isClosed = false;

  /** Called by {@linkcode Session.openChannel} only. */
  constructor(session: Session, number: number, sink: ChannelSink) {
    this.session = session;
    this.number = number;
    this.sink = sink;
    this.pairs = session.node.pairCounts?.openChannel(this);
    this.publisher = session.node.newPublisher(this, sink);
    this.subscriptions = new Subscriptions(this);
    notifyChannelCreated(this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The connection, channel and user as traces name them. */
  get traced(): TracedPeer {
    const { origin, user } = this.session;
    return { connection: origin.name, channel: this.number, user: user.name };
  }

  /** Set once the channel is transactional. */
  get transaction(): Transaction | undefined {
    return this.publisher.transaction;
  }

  /** Enables publisher confirms. Throws PRECONDITION_FAILED on a transactional channel. */
  selectConfirms(): void {
    if (this.transaction !== undefined) throw preconditionFailed("cannot switch from tx to confirm mode");
    this.publisher.confirm();
  }

  /** Makes the channel transactional. Throws PRECONDITION_FAILED where publishes are confirmed. */
  selectTransactions(): void {
    if (this.publisher.confirms !== undefined) throw preconditionFailed("cannot switch from confirm to tx mode");
    this.publisher.transaction = this.subscriptions.transaction = this.transaction ?? new Transaction();
  }

  /**
   * Publishes and settles what was held back since the last commit. Calls back once all of it is safe, at once if it
   * is. Throws PRECONDITION_FAILED unless the channel is transactional.
   */
  commit(callback: (isTaken: boolean) => void): void {
    const { node } = this.session;
    const transaction = this.#requireTransaction();
    const receipt = new LateReceipt();
    for (const publish of transaction.takePublishes()) add(receipt, this, this.publisher.commit(publish));
    this.subscriptions.carryOut(transaction.takeSettlements());
    // Settlements are promised, too.
    receipt.add(node, node.store.appended);
    receipt.complete();
    receipt.whenSettled(callback);
  }

  /**
   * Drops what was published since the last commit, and makes the settled deliveries unacknowledged again. Throws as
   * {@linkcode commit} does.
   */
  rollback(): void {
    const transaction = this.#requireTransaction();
    const { messages } = this.session.node;
    for (const { message } of transaction.takePublishes()) messages.release(message);
    this.subscriptions.restore(transaction.takeSettlements());
  }

  #requireTransaction(): Transaction {
    if (this.transaction === undefined) throw preconditionFailed("channel is not transactional");
    return this.transaction;
  }

  /**
   * Calls `hold` for each message that the channel itself holds, and `handOut` for each that a queue has delivered to
   * it.
   */
  forEachHeld(hold: (message: Message) => void, handOut: (message: Message, queue: AnyQueue) => void): void {
    this.publisher.forEachHeld(hold);
    this.subscriptions.unacked.forEach((message, _, { queue }) => handOut(message, queue));
    this.transaction?.forEachPublish(({ message }) => hold(message));
    this.transaction?.forEachSettlement(({ message, consumer }) => handOut(message, consumer.queue));
  }

  /** Releases everything: subscriptions end, deliveries return to their queues. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const consumerCount = this.subscriptions.count;
    this.publisher.close();
    if (this.transaction !== undefined) this.rollback();
    this.subscriptions.close();
    const { replyQueue } = this.publisher;
    // Without a consumer, nothing else would delete the reply queue.
    if (replyQueue !== undefined) this.session.vhost.removeQueue(replyQueue);
    this.pairs?.close();
    this.session.channelClosed(this);
    notifyChannelClosed(this, consumerCount);
  }
}

/** Makes a receipt wait for another one as well. */
function add(receipt: LateReceipt, { session: { node } }: Channel, other: Receipt): void {
  if (typeof other === "number") return receipt.add(node, other);
  receipt.expect();
  other.whenSettled((isTaken) => isTaken ? receipt.taken() : receipt.refused());
}
