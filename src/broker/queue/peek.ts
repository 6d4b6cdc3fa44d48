import type { MessageContent } from "../../store/message_content.ts";
import { type Messages, NO_MESSAGE } from "../message/messages.ts";
import type { Slice } from "../turn/slices.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import type { WaitingEntry } from "./paging/waiting_entry.ts";
import type { AnyQueue } from "./any_queue.ts";
import { Queue } from "./queue.ts";
import { Stream } from "./stream/stream.ts";

/** Takes a message, which is valid until it returns. Returns whether more are wanted, maybe later. */
export type Show = (content: MessageContent, isRedelivered: boolean) => boolean | Promise<boolean>;

/** The messages that a peek shows. */
export interface PeekRequest {
  /** Offset at which it begins in a stream. */
  readonly offset: number;
  /** Maximum number of messages. */
  readonly most: number;
  /** True for returned messages of a quorum queue with the headers that consumers see. */
  readonly isAsDelivered: boolean;
}

/** An entry with the backing queue that it is in. */
interface FoundEntry extends WaitingEntry {
  readonly backingQueue: BackingQueue;
}

/**
 * Shows waiting messages of a queue in the order of their delivery, and leaves no trace: they stay where they are, in
 * memory or not, are not marked as delivered, and nothing is counted. Messages that consumers take meanwhile may still be
 * shown. Rejects when messages can't be read.
 */
export async function peekMessages(queue: AnyQueue, request: PeekRequest, slice: Slice, show: Show): Promise<void> {
  let missing = request.most;
  const take: Show = (content, isRedelivered) => missing-- > 0 && show(content, isRedelivered);
  if (queue instanceof Queue) await peekQueue(queue, request, slice, take);
  else if (queue instanceof Stream) await queue.peek(request.offset, slice, (content) => take(content, false));
}

/** Positions of a backing queue at which messages wait that were never delivered, and mostly are in memory. */
interface Ring {
  readonly backingQueue: BackingQueue;
  readonly first: number;
  readonly end: number;
}

async function peekQueue(queue: Queue, { most, isAsDelivered }: PeekRequest, slice: Slice, take: Show): Promise<void> {
  const { messages } = queue.host;
  const parts = partsOf(queue, most);
  try {
    for (const { entries, ring } of parts) {
      for (const entry of entries) {
        if (slice.isOver) await slice.next();
        const isWanted = entry.message === NO_MESSAGE
          ? await showAbsent(entry, slice, take)
          : await showHeld(queue, entry, isAsDelivered, take);
        if (!isWanted) return;
      }
      if (ring !== undefined && !await showRing(ring, messages, slice, take)) return;
    }
  } finally {
    for (const { entries } of parts) {
      for (const { message } of entries) if (message !== NO_MESSAGE) messages.release(message);
    }
  }
}

/** Messages of a queue that follow one another: first those outside the ring, which are held while they are shown. */
interface Part {
  readonly entries: readonly FoundEntry[];
  readonly ring?: Ring;
}

/** Returns all parts of a queue in the order of delivery, with up to `most` entries outside the rings. */
function partsOf(queue: Queue, most: number): Part[] {
  const parts: Part[] = [{ entries: hold(queue, returnedEntries(queue), most) }];
  let missing = most - parts[0].entries.length;
  for (const backingQueue of queue.backingQueues) {
    const { ready } = backingQueue;
    const entries = hold(queue, entriesBeforeRing(backingQueue), missing);
    missing -= entries.length;
    parts.push({ entries, ring: { backingQueue, first: ready.ringPosition, end: ready.endPosition } });
  }
  return parts;
}

/** Returns the first entries, and holds messages in memory once more. */
function hold(queue: Queue, entries: Iterable<FoundEntry>, most: number): FoundEntry[] {
  const held: FoundEntry[] = [];
  const { references } = queue.host.messages;
  for (const entry of entries) {
    if (held.length >= most) break;
    if (entry.message !== NO_MESSAGE) references[entry.message]++;
    held.push(entry);
  }
  return held;
}

function* returnedEntries(queue: Queue): Generator<FoundEntry> {
  for (const [message, position] of queue.returnedWaiting?.entries() ?? []) {
    const backingQueue = queue.backingQueueAt(position);
    const first = position - backingQueue.base;
    yield { message, first, end: first + 1, redeliveredBefore: Infinity, backingQueue };
  }
}

function* entriesBeforeRing(backingQueue: BackingQueue): Generator<FoundEntry> {
  for (const entry of backingQueue.ready.entriesBeforeRing()) yield { ...entry, backingQueue };
}

function showHeld(queue: Queue, entry: FoundEntry, isAsDelivered: boolean, show: Show): boolean | Promise<boolean> {
  const { message, first, redeliveredBefore, backingQueue } = entry;
  const { messages } = queue.host;
  const isRedelivered = first < redeliveredBefore;
  const shown = isRedelivered && isAsDelivered ? queue.peeked(message, first + backingQueue.base) : message;
  const isWanted = show(messages.locate(shown), isRedelivered);
  if (shown !== message) messages.release(shown);
  return isWanted;
}

/** Shows the messages of a ring, which may change meanwhile. Returns whether more are wanted. */
async function showRing({ backingQueue, first, end }: Ring, messages: Messages, slice: Slice, show: Show) {
  const { ready } = backingQueue;
  for (let position = first; position < end;) {
    if (slice.isOver) await slice.next();
    if (position < ready.ringPosition) {
      // They have left memory, or the queue.
      const absent = { backingQueue, message: NO_MESSAGE, first: position, end: Math.min(end, ready.ringPosition) };
      if (!await showAbsent({ ...absent, redeliveredBefore: 0 }, slice, show)) return false;
      position = absent.end;
    } else {
      if (position >= ready.endPosition) break;
      const isWanted = show(messages.locate(ready.ringMessage(position++)), false);
      if (isWanted instanceof Promise ? !await isWanted : !isWanted) return false;
    }
  }
  return true;
}

/** Reads messages that are not in memory, block by block. Returns whether more are wanted. */
async function showAbsent(entry: FoundEntry, slice: Slice, show: Show): Promise<boolean> {
  const { first, end, redeliveredBefore, backingQueue: { paging } } = entry;
  for (let position = first; position < end;) {
    const { block, upTo } = await paging.readFrom(position);
    if (slice.isOver) await slice.next();
    while (block?.next() && block.position < Math.min(end, upTo)) {
      if (block.position >= position && !await show(block, block.position < redeliveredBefore)) return false;
    }
    position = upTo;
  }
  return true;
}
