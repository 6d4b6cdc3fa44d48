import type { Node } from "../../broker/node/node.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type { Outcome } from "../../broker/session/outcome.ts";
import type { Session } from "../../broker/session/session.ts";
import { Deadline } from "../../broker/turn/schedule.ts";
import { HttpError } from "../http_error.ts";

/** Maximum number of unacknowledged deliveries over HTTP, of a user and of all users. */
const HELD_MAX_OF_USER = 10_000;
const HELD_MAX = 100_000;

/** Deliveries of one request, which are acknowledged by their tokens. */
interface Batch {
  readonly session: Session;
  readonly channel: Channel;
  readonly queue: string;
  readonly tokens: Set<string>;
  readonly deadline: Deadline;
}

interface Held {
  readonly batch: Batch;
  readonly deliveryTag: number;
}

/** A place for deliveries, which a request takes before it has any. */
export interface Reservation {
  readonly count: number;
  end(): void;
}

/** A user in a virtual host, and a queue. */
export interface Owner {
  readonly user: string;
  readonly vhost: string;
  readonly queue: string;
}

/**
 * Deliveries that clients of the management API have not acknowledged. Each has a token, which nobody can guess and only
 * its user can use. It goes back to its queue when its time is over.
 */
export class HeldDeliveries {
  readonly #node: Node;
  readonly #held = new Map<string, Held>();
  readonly #countOf = new Map<string, number>();
  #count = 0;

  constructor(node: Node) {
    this.#node = node;
  }

  /** Takes places for up to `most` deliveries. Throws `HttpError` 429 when there is none left. */
  reserve(user: string, most: number): Reservation {
    const count = Math.min(most, HELD_MAX - this.#count, HELD_MAX_OF_USER - (this.#countOf.get(user) ?? 0));
    if (count < 1) throw new HttpError(429, "too_many_requests", "too many messages are not acknowledged");
    this.#add(user, count);
    let isEnded = false;
    return {
      count,
      end: () => {
        if (!isEnded) this.#add(user, -count);
        isEnded = true;
      },
    };
  }

  #add(user: string, count: number): void {
    this.#count += count;
    const ofUser = (this.#countOf.get(user) ?? 0) + count;
    if (ofUser === 0) this.#countOf.delete(user);
    else this.#countOf.set(user, ofUser);
  }

  /**
   * Takes over a session with a channel and its unacknowledged deliveries, up to a time in milliseconds since 1970. Returns
   * a token for each.
   */
  hold(session: Session, channel: Channel, queue: string, deliveryTags: readonly number[], untilMs: number): string[] {
    const deadline = new Deadline(() => this.#end(batch));
    const batch: Batch = { session, channel, queue, tokens: new Set(), deadline };
    for (const deliveryTag of deliveryTags) {
      const token = this.#node.uniqueName();
      batch.tokens.add(token);
      this.#held.set(token, { batch, deliveryTag });
    }
    this.#add(session.user.name, deliveryTags.length);
    this.#node.schedule.set(deadline, untilMs);
    return [...batch.tokens];
  }

  /** Settles or returns deliveries of an owner. Returns the number of those that were still held. */
  finish(owner: Owner, tokens: readonly string[], outcome: Outcome): number {
    let count = 0;
    for (const token of tokens) {
      const held = this.#held.get(token);
      if (held === undefined || !isOf(held.batch, owner)) continue;
      const { batch, deliveryTag } = held;
      this.#forget(batch, token);
      if (batch.channel.subscriptions.finish(deliveryTag, false, outcome)) count++;
      if (batch.tokens.size === 0) this.#end(batch);
    }
    return count;
  }

  #forget(batch: Batch, token: string): void {
    this.#held.delete(token);
    batch.tokens.delete(token);
    this.#add(batch.session.user.name, -1);
  }

  /** Returns what is left of a batch to its queue. */
  #end(batch: Batch): void {
    for (const token of [...batch.tokens]) this.#forget(batch, token);
    this.#node.schedule.clear(batch.deadline);
    batch.session.close();
  }

  /** Returns the deliveries of a channel that the broker has closed. */
  channelFailed(channel: Channel): void {
    for (const { batch } of this.#held.values()) if (batch.channel === channel) return this.#end(batch);
  }
}

const isOf = ({ session: { user, vhost }, queue }: Batch, owner: Owner): boolean =>
  user.name === owner.user && vhost.name === owner.vhost && queue === owner.queue;
