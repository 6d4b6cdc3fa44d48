import type { Buffer } from "node:buffer";
import { makeBody, readBodyHead } from "./body.ts";

/** States of a message in a queue, one bit each. */
const KNOWN = {
  /** A client has received it. */
  delivered: 1,
  /** The delivery is on disk, so it will be redelivered if it comes again. */
  deliveredForSure: 2,
  /** A client has settled it, or its queue was purged: after a crash it may or may not come again. */
  settled: 4,
  /** The settlement is on disk: it must never come again. */
  settledForSure: 8,
  /** It was delivered since the broker was started. */
  deliveredSinceStart: 16,
} as const;

const FAILURES_MAX = 20;

/** A number for each message of a publisher, in a growing list. */
class Flags {
  #bytes = new Uint8Array(256);

  get(sequence: number): number {
    return sequence < this.#bytes.length ? this.#bytes[sequence] : 0;
  }

  add(sequence: number, flags: number): void {
    if (sequence >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(sequence + 1, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[sequence] |= flags;
  }

  clear(flags: number): void {
    for (let sequence = 0; sequence < this.#bytes.length; sequence++) this.#bytes[sequence] &= ~flags;
  }
}

type PublisherOptions = Pick<Publisher, "id" | "queues" | "epoch" | "isTransient" | "bytesOf">;

/** A publisher and the fate of its messages, which are numbered from 0 in the order of publishing. */
export class Publisher {
  /** Number of messages that were sent. */
  sent = 0;
  confirmedCount = 0;
  readonly #confirmed = new Flags();

  readonly id: number;
  /** Names of the durable queues on their route. */
  readonly queues: readonly string[];
  /** Number of starts of the broker when it began. */
  readonly epoch: number;
  readonly isTransient: boolean;
  readonly bytesOf: (sequence: number) => number;

  constructor({ id, queues, epoch, isTransient, bytesOf }: PublisherOptions) {
    this.id = id;
    this.queues = queues;
    this.epoch = epoch;
    this.isTransient = isTransient;
    this.bytesOf = bytesOf;
  }

  /** Makes the next body, and counts it as sent. */
  next(): { readonly sequence: number; readonly body: Buffer } {
    const sequence = this.sent++;
    return { sequence, body: makeBody(this.id, sequence, this.bytesOf(sequence)) };
  }

  confirm(sequence: number): void {
    if (this.isConfirmed(sequence)) return;
    this.#confirmed.add(sequence, 1);
    this.confirmedCount++;
  }

  isConfirmed(sequence: number): boolean {
    return this.#confirmed.get(sequence) === 1;
  }
}

/** A message in a queue. */
export interface Delivered {
  readonly queue: string;
  readonly publisher: Publisher;
  readonly sequence: number;
}

/** Notes what a broker was told and what it has promised, and finds violations. */
export class Ledger {
  /** Number of starts of the broker. */
  epoch = 0;
  readonly failures: string[] = [];
  readonly publishers: Publisher[] = [];
  /** By queue, then by publisher. */
  readonly #known = new Map<string, Map<Publisher, Flags>>();
  /** Queues that nobody has consumed from. */
  readonly untouched = new Set<string>();

  fail(what: string): void {
    if (this.failures.length < FAILURES_MAX) this.failures.push(what);
  }

  addPublisher(
    queues: readonly string[],
    bytesOf: (sequence: number) => number,
    { isTransient = false }: { readonly isTransient?: boolean } = {},
  ): Publisher {
    const publisher = new Publisher({ id: this.publishers.length, queues, epoch: this.epoch, isTransient, bytesOf });
    this.publishers.push(publisher);
    return publisher;
  }

  restarted(): void {
    this.epoch++;
    for (const flags of this.#known.values()) for (const one of flags.values()) one.clear(KNOWN.deliveredSinceStart);
  }

  #flags(queue: string, publisher: Publisher): Flags {
    let publishers = this.#known.get(queue);
    if (publishers === undefined) this.#known.set(queue, publishers = new Map());
    let flags = publishers.get(publisher);
    if (flags === undefined) publishers.set(publisher, flags = new Flags());
    return flags;
  }

  /** Notes a delivery; returns `undefined` when no such message was published. */
  delivered(queue: string, body: Buffer, isRedelivered: boolean): Delivered | undefined {
    const head = readBodyHead(body);
    const publisher = head && this.publishers[head.publisher];
    if (head === undefined || publisher === undefined || head.sequence >= publisher.sent) {
      this.fail(`${queue} delivered ${body.length} bytes that nobody has published: ${start(body)}`);
      return undefined;
    }
    const { sequence } = head;
    const name = `message ${sequence} of publisher ${publisher.id}`;
    const expected = makeBody(publisher.id, sequence, publisher.bytesOf(sequence));
    if (!expected.equals(body)) {
      this.fail(`${queue} delivered ${name} with another body: ${difference(expected, body)}`);
    }
    if (!publisher.queues.includes(queue)) this.fail(`${queue} delivered ${name}, which is for ${publisher.queues}`);
    if (publisher.isTransient && publisher.epoch < this.epoch) {
      this.fail(`${queue} delivered ${name}, which is transient, after the broker was started again`);
    }
    const flags = this.#flags(queue, publisher);
    const known = flags.get(sequence);
    if (known & KNOWN.settledForSure) this.fail(`${queue} delivered ${name} though its acknowledgement was on disk`);
    const mustBeRedelivered = known & (KNOWN.deliveredForSure | KNOWN.deliveredSinceStart);
    if (mustBeRedelivered && !isRedelivered) this.fail(`${queue} delivered ${name} again, and not as redelivered`);
    if (isRedelivered && this.untouched.has(queue)) {
      this.fail(`${queue} delivered ${name} as redelivered, though nobody ever got anything from there`);
    }
    flags.add(sequence, KNOWN.delivered | KNOWN.deliveredSinceStart);
    return { queue, publisher, sequence };
  }

  deliveredForSure({ queue, publisher, sequence }: Delivered): void {
    this.#flags(queue, publisher).add(sequence, KNOWN.deliveredForSure);
  }

  settled({ queue, publisher, sequence }: Delivered): void {
    this.#flags(queue, publisher).add(sequence, KNOWN.settled);
  }

  settledForSure({ queue, publisher, sequence }: Delivered): void {
    this.#flags(queue, publisher).add(sequence, KNOWN.settled | KNOWN.settledForSure);
  }

  #publishersTo(queue: string): Publisher[] {
    return this.publishers.filter((publisher) => publisher.queues.includes(queue) && !publisher.isTransient);
  }

  /** Returns all messages that may be in a queue. */
  allIn(queue: string): Delivered[] {
    return this.#publishersTo(queue).flatMap((publisher) =>
      Array.from({ length: publisher.sent }, (_, sequence) => ({ queue, publisher, sequence }))
    );
  }

  /** Checks the number of messages in a queue after a restart of the broker. */
  checkCount(queue: string, count: number): void {
    let least = 0;
    let most = 0;
    for (const publisher of this.#publishersTo(queue)) {
      const flags = this.#flags(queue, publisher);
      for (let sequence = 0; sequence < publisher.sent; sequence++) {
        const known = flags.get(sequence);
        if (publisher.isConfirmed(sequence) && (known & KNOWN.settled) === 0) least++;
        if ((known & KNOWN.settledForSure) === 0) most++;
      }
    }
    if (count < least) this.fail(`${queue} has ${count} messages, and at least ${least} of its messages are confirmed`);
    if (count > most) this.fail(`${queue} has ${count} messages, and no more than ${most} were left to it`);
  }

  /** Checks all messages of a queue, in the order of delivery. */
  checkAll(queue: string, messages: readonly Delivered[]): void {
    const last = new Map<Publisher, number>();
    const found = new Map<Publisher, Set<number>>();
    for (const { publisher, sequence } of messages) {
      const previous = last.get(publisher) ?? -1;
      if (sequence <= previous) {
        this.fail(`${queue} delivered message ${sequence} of publisher ${publisher.id} behind message ${previous}`);
      }
      last.set(publisher, sequence);
      if (!found.has(publisher)) found.set(publisher, new Set());
      found.get(publisher)!.add(sequence);
    }
    for (const publisher of this.#publishersTo(queue)) {
      const flags = this.#flags(queue, publisher);
      for (let sequence = 0; sequence < publisher.sent; sequence++) {
        const isOwed = publisher.isConfirmed(sequence) && (flags.get(sequence) & KNOWN.settled) === 0;
        if (!isOwed || found.get(publisher)?.has(sequence)) continue;
        const was = flags.get(sequence) & KNOWN.delivered ? "was delivered and not acknowledged" : "was not delivered";
        this.fail(`${queue} has lost message ${sequence} of publisher ${publisher.id}, which was confirmed and ${was}`);
      }
    }
  }
}

const start = (body: Buffer): string => `${body.subarray(0, 32).toString("hex")}…`;

function difference(expected: Buffer, body: Buffer): string {
  if (expected.length !== body.length) return `${body.length} bytes instead of ${expected.length}`;
  const at = expected.findIndex((byte, index) => byte !== body[index]);
  return `from byte ${at} of ${body.length} on it is ${start(body.subarray(at))}`;
}
