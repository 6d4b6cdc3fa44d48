import type { Arena } from "./arena.ts";
import { ContentReader } from "./content.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import type { Files } from "./files.ts";
import type { Slot } from "./journal.ts";
import { journalName, JournalReader } from "./journal_file.ts";
import { ENQUEUED_AT, ENQUEUED_QUEUE_BYTES, getUint48, recordBytes, recordNumber } from "./record.ts";
import { type IndexEntry, Segment, segmentName, writeSegment } from "./segment.ts";
import type { Scratch } from "./scratch.ts";
import type { Segments } from "./segments.ts";
import type { StoreSizes } from "./sizes.ts";
import { writeSnapshot } from "./snapshot.ts";
import type { State } from "./state.ts";
import type { StoredQueue } from "./stored_queue.ts";

/** What gathering and writing segments needs. */
export interface CheckpointHost {
  readonly files: Files;
  readonly crc32: Crc32;
  readonly state: State;
  readonly segments: Segments;
  readonly arena: Arena;
  readonly sizes: StoreSizes;
  readonly scratch: Scratch;
}

/** A segment that was written, and its blocks. */
interface Written {
  readonly id: number;
  readonly entries: readonly IndexEntry[];
}

/**
 * Moves the messages of a journal file that are still live to segments, so that the file can be given up once the
 * snapshot knows. What was settled in time is never written twice. Returns the queues that have more messages in
 * segments now. Other turns happen in between; the state changes in one step.
 */
export async function moveToSegments(host: CheckpointHost, slot: Slot): Promise<StoredQueue[]> {
  const { state, arena } = host;
  /** By queue: the position behind its last message in the file. */
  const upTo = new Map<StoredQueue, number>();
  const written: Written[] = [];
  const flush = async () => {
    const id = ++state.lastSegmentId;
    written.push({
      id,
      entries: await writeSegment(
        host.files,
        id,
        arena,
        host.crc32,
        host.sizes.blockBytes,
        (queueId) => state.queues.get(queueId)?.hasFilterValues ?? false,
        host.scratch.write,
      ),
    });
    arena.clear();
  };

  arena.clear();
  const reader = new JournalReader(slot.file, slot.generation, host.crc32, host.scratch.read);
  const content = new ContentReader();
  try {
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      const { bytes, view, start, end } = batch;
      for (let at = start; at < end; at += recordBytes(view, at)) {
        if (!content.read(bytes, view, at)) continue;
        const count = recordNumber(view, at);
        for (let i = 0, from = at + ENQUEUED_AT.queues; i < count; i++, from += ENQUEUED_QUEUE_BYTES) {
          const queue = state.queues.get(view.getUint32(from, true));
          const position = getUint48(view, from + 4);
          if (queue === undefined || position < queue.segmentedUpTo) continue;
          upTo.set(queue, position + 1);
          if (!queue.live.has(position)) continue;
          if (!arena.hasRoomFor(content)) await flush();
          arena.add(queue.id, position, content);
        }
      }
    }
    if (reader.offset !== slot.end) {
      throw new CorruptStoreError(journalName(slot.number), reader.offset, "a batch is not as it was written");
    }
    if (!arena.isEmpty) await flush();
    if (written.length > 0) await host.files.syncFolder();
  } catch (error) {
    for (const { id } of written) await host.files.remove(segmentName(id)).catch(() => {});
    throw error;
  }

  for (const { id, entries } of written) addSegment(host, id, entries);
  for (const [queue, position] of upTo) queue.segmentedUpTo = Math.max(queue.segmentedUpTo, position);
  return [...upTo.keys()].filter(({ isDeleted }) => !isDeleted);
}

function addSegment({ state, segments }: CheckpointHost, id: number, entries: readonly IndexEntry[]): void {
  const segment = new Segment(id, entries);
  for (const entry of entries) state.queues.get(entry.queueId)?.addBlock(segment, entry);
  if (segment.blockCount === 0) return segments.remove(segment);
  segments.byId.set(id, segment);
  state.segmentIds.add(id);
}

/** Has the snapshot know that all generations of the journal up to one are given up. */
export async function retire({ files, state, crc32, scratch }: CheckpointHost, generation: number): Promise<void> {
  state.retiredGeneration = generation;
  await writeSnapshot(files, state, crc32, scratch.batch);
}
