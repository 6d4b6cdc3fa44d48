import type { ConfirmChannel, ConsumeMessage, GetMessage } from "amqplib";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivered, Ledger, Publisher } from "./ledger.ts";
import type { Peer, Session } from "./peer.ts";

/** Queue for messages whose confirms show that everything before is on disk. */
export const MARKS = "marks";
/** Empty queue whose purge is answered when everything before is on disk. */
export const BARRIER = "barrier";

/** Behaviour of a consumer. */
export interface Manners {
  readonly prefetch: number;
  /** Number of deliveries that one acknowledgement covers. */
  readonly ackEvery: number;
  /** Part of the deliveries that are returned to the queue. */
  readonly returned: number;
  /** Part of the deliveries that are rejected without requeue. */
  readonly rejected: number;
  /** Number of deliveries after which the consumer waits for the disk, and sometimes restarts on another channel. */
  readonly markEvery: number;
  /**
   * True when the consumer publishes to wait for the disk. While memory is short it would be blocked, and its
   * acknowledgements not read.
   */
  readonly publishes: boolean;
  readonly random: () => number;
}

/** The deliveries of a consumer on its channel. */
class Desk {
  /** In the order of delivery. */
  readonly #held: { readonly message: ConsumeMessage | GetMessage; readonly delivered: Delivered }[] = [];
  #seen: Delivered[] = [];
  #settled: Delivered[] = [];
  readonly #ledger: Ledger;
  readonly #channel: ConfirmChannel;
  readonly #marks: Publisher;

  constructor(ledger: Ledger, channel: ConfirmChannel, marks: Publisher) {
    this.#ledger = ledger;
    this.#channel = channel;
    this.#marks = marks;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  take(message: ConsumeMessage | GetMessage, queue: string): Delivered | undefined {
    const delivered = this.#ledger.delivered(queue, message.content, message.fields.redelivered);
    if (delivered === undefined) return undefined;
    this.#held.push({ message, delivered });
    this.#seen.push(delivered);
    return delivered;
  }

  /** Settles the oldest `count` deliveries together, or the newest one. */
  ack(count: number): void {
    for (const { delivered } of this.#held.slice(0, count)) this.#settle(delivered);
    const last = this.#held.splice(0, count).at(-1);
    if (last !== undefined) this.#channel.ack(last.message, count > 1);
  }

  rejectNewest(): void {
    const { message, delivered } = this.#held.pop()!;
    this.#settle(delivered);
    this.#channel.reject(message, false);
  }

  returnNewest(): void {
    this.#channel.nack(this.#held.pop()!.message, false, true);
  }

  #settle(delivered: Delivered): void {
    this.#ledger.settled(delivered);
    this.#settled.push(delivered);
  }

  /** Waits until everything before is on disk: by a message's confirm, or by the answer to a purge. */
  async mark(publishes: boolean): Promise<void> {
    const [seen, settled] = [this.#seen, this.#settled];
    this.#seen = [];
    this.#settled = [];
    if (publishes) await confirmed(this.#channel, this.#marks);
    else await this.#channel.purgeQueue(BARRIER);
    for (const delivered of seen) this.#ledger.deliveredForSure(delivered);
    for (const delivered of settled) this.#ledger.settledForSure(delivered);
  }
}

/** Publishes a message, and resolves when it is confirmed. */
async function confirmed(channel: ConfirmChannel, marks: Publisher): Promise<void> {
  const { sequence, body } = marks.next();
  await new Promise<void>((resolve, reject) => {
    channel.publish("", MARKS, body, { persistent: true }, (error) => error ? reject(error) : resolve());
  });
  marks.confirm(sequence);
}

/** Consumes from a queue until the broker is killed. */
export async function consume(session: Session, ledger: Ledger, queue: string, manners: Manners): Promise<void> {
  const peer = await session.connect();
  const marks = ledger.addPublisher([MARKS], () => 16);
  while (!session.isOver) await consumeOnChannel(peer, session, ledger, marks, queue, manners);
}

async function consumeOnChannel(
  peer: Peer,
  session: Session,
  ledger: Ledger,
  marks: Publisher,
  queue: string,
  { prefetch, ackEvery, returned, rejected, markEvery, publishes, random }: Manners,
): Promise<void> {
  const channel = await peer.channel();
  const desk = new Desk(ledger, channel, marks);
  await peer.until(channel.prefetch(prefetch));
  const lastOfPublisher = new Map<Publisher, number>();
  let count = 0;
  let onMark = () => {};
  await peer.until(channel.consume(queue, (message) => {
    if (message === null) return;
    const delivered = desk.take(message, queue);
    if (delivered === undefined) return;
    const { publisher, sequence } = delivered;
    if (!message.fields.redelivered) {
      const previous = lastOfPublisher.get(publisher) ?? -1;
      if (sequence <= previous) ledger.fail(`${queue} delivered message ${sequence} first behind message ${previous}`);
      lastOfPublisher.set(publisher, sequence);
    }
    const chance = random();
    if (chance < returned) desk.returnNewest();
    else if (chance < returned + rejected) desk.rejectNewest();
    else if (desk.heldCount >= Math.min(ackEvery, prefetch)) desk.ack(desk.heldCount);
    if (++count % markEvery === 0) onMark();
  }));
  const restarts = 2 + Math.floor(random() * 20);
  for (let round = 0; round < restarts && !session.isOver; round++) {
    await peer.until(Promise.race([new Promise<void>((resolve) => onMark = resolve), sleep(100)]));
    await peer.until(desk.mark(publishes));
  }
  // The deliveries that it still has return to the queue.
  await peer.until(channel.close());
}

/** Gets messages one by one until the broker is killed. */
export async function get(session: Session, ledger: Ledger, queue: string, random: () => number): Promise<void> {
  const peer = await session.connect();
  const marks = ledger.addPublisher([MARKS], () => 16);
  const channel = await peer.channel();
  const desk = new Desk(ledger, channel, marks);
  while (!session.isOver) {
    const message = await peer.until(channel.get(queue));
    if (message === false) {
      await sleep(10);
      continue;
    }
    if (desk.take(message, queue) === undefined) continue;
    const chance = random();
    if (chance < 0.1) desk.returnNewest();
    else if (chance < 0.2) desk.rejectNewest();
    else if (desk.heldCount >= 5) desk.ack(desk.heldCount);
    if (chance > 0.95) await peer.until(desk.mark(chance > 0.98));
  }
}
