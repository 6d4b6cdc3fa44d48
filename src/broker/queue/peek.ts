import type { MessageContent } from "../../store/message_content.ts";
import { NO_MESSAGE } from "../message/messages.ts";
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

async function peekQueue(queue: Queue, { most, isAsDelivered }: PeekRequest, slice: Slice, take: Show): Promise<void> {
  const { messages } = queue.host;
  const entries = holdEntries(queue, most);
  try {
    for (const entry of entries) {
      if (slice.isOver) await slice.next();
      const isWanted = entry.message === NO_MESSAGE
        ? await showAbsent(entry, take)
        : await showHeld(queue, entry, isAsDelivered, take);
      if (!isWanted) return;
    }
  } finally {
    for (const { message } of entries) if (message !== NO_MESSAGE) messages.release(message);
  }
}

/** Returns the first entries, enough for all messages that are shown, and holds those in memory once more. */
function holdEntries(queue: Queue, most: number): FoundEntry[] {
  const entries: FoundEntry[] = [];
  const { references } = queue.host.messages;
  for (const entry of entriesOf(queue)) {
    if (entries.length >= most) break;
    if (entry.message !== NO_MESSAGE) references[entry.message]++;
    entries.push(entry);
  }
  return entries;
}

function* entriesOf(queue: Queue): Generator<FoundEntry> {
  for (const [message, position] of queue.returnedWaiting?.entries() ?? []) {
    const backingQueue = queue.backingQueueAt(position);
    const first = position - backingQueue.base;
    yield { message, first, end: first + 1, redeliveredBefore: Infinity, backingQueue };
  }
  for (const backingQueue of queue.backingQueues) {
    for (const entry of backingQueue.ready.entries()) yield { ...entry, backingQueue };
  }
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

/** Reads messages that are not in memory, block by block. Returns whether more are wanted. */
async function showAbsent(entry: FoundEntry, show: Show): Promise<boolean> {
  const { first, end, redeliveredBefore, backingQueue: { paging } } = entry;
  for (let position = first; position < end;) {
    const { block, upTo } = await paging.readFrom(position);
    while (block?.next() && block.position < Math.min(end, upTo)) {
      if (block.position >= position && !await show(block, block.position < redeliveredBefore)) return false;
    }
    position = upTo;
  }
  return true;
}
