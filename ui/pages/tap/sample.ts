import type { ServerEvent } from "../../api/server_events.ts";
import type { Message } from "../../api/types.ts";

/** Number of messages that are kept. */
export const KEPT_MAX = 50;

/** A message that a tap has shown. */
export interface SeenMessage {
  /** Number of the message among those that were shown, from 1. */
  readonly id: number;
  readonly message: Message;
}

/** What a tap has shown. */
export interface Seen {
  /** The newest first, up to {@linkcode KEPT_MAX}. */
  readonly messages: readonly SeenMessage[];
  /** Number of messages that were shown. */
  readonly count: number;
  /** Number of messages that went by, and were not shown. */
  readonly unseen: number;
  /** The reason for which the broker has ended the tap. */
  readonly ended: string | undefined;
}

export const NOTHING_SEEN: Seen = { messages: [], count: 0, unseen: 0, ended: undefined };

/** Adds what the broker tells. */
export function addEvents(seen: Seen, events: readonly ServerEvent[]): Seen {
  let { count, unseen, ended } = seen;
  const added: SeenMessage[] = [];
  for (const { name, data } of events) {
    if (name === "message") added.unshift({ id: ++count, message: data as Message });
    else if (name === "counts") {
      const { passed, shown } = data as { readonly passed: number; readonly shown: number };
      unseen = passed - shown;
    } else if (name === "closed") ended = (data as { readonly reason: string }).reason;
  }
  const messages = added.length === 0 ? seen.messages : [...added, ...seen.messages].slice(0, KEPT_MAX);
  return { messages, count, unseen, ended };
}
