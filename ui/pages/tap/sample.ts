import type { Message } from "../../api/types.ts";

/** Number of messages that are kept. */
export const KEPT_MAX = 50;

/** A message with the queue in which it was seen. */
export interface SeenMessage {
  readonly id: number;
  readonly queue: string;
  readonly message: Message;
}

/** What a tap has seen. */
export interface Seen {
  /** The newest first, up to {@linkcode KEPT_MAX}. */
  readonly messages: readonly SeenMessage[];
  readonly count: number;
  /** The last look at each queue: its messages as texts. */
  readonly last: ReadonlyMap<string, readonly string[]>;
}

export const NOTHING_SEEN: Seen = { messages: [], count: 0, last: new Map() };

/** Adds a look at a queue: what was in the look before is not new. Of equal messages as many are new as there are more. */
export function addLook(seen: Seen, queue: string, look: readonly Message[]): Seen {
  const texts = look.map(textOf);
  const known = new Map<string, number>();
  for (const text of seen.last.get(queue) ?? []) known.set(text, (known.get(text) ?? 0) + 1);
  let { count } = seen;
  const added: SeenMessage[] = [];
  for (const [at, message] of look.entries()) {
    const left = known.get(texts[at]) ?? 0;
    if (left > 0) known.set(texts[at], left - 1);
    else added.unshift({ id: ++count, queue, message });
  }
  const messages = added.length === 0 ? seen.messages : [...added, ...seen.messages].slice(0, KEPT_MAX);
  return { messages, count, last: new Map(seen.last).set(queue, texts) };
}

/** Returns what tells a message from others: all but the number of those behind it. */
const textOf = ({ message_count: _, ...message }: Message): string => JSON.stringify(message);
