import type { Arena } from "./arena.ts";
import type { Blocks } from "./blocks/blocks.ts";
import { ContentReader } from "./content.ts";
import type { Crc32 } from "./crc32.ts";
import type { Section } from "./index/gatherer.ts";
import type { Log } from "./log/log.ts";
import type { LogPosition } from "./log/position.ts";
import { ENQUEUED_AT, ENQUEUED_QUEUE_BYTES, getUint48, recordBytes, recordNumber } from "./record.ts";
import { type IndexEntry, Segment, segmentName } from "./segment.ts";
import { writeSegment } from "./segment_writer.ts";
import type { Scratch } from "./scratch.ts";
import type { Segments } from "./segments.ts";
import type { StoreSizes } from "./sizes.ts";
import { writeSnapshot } from "./snapshot.ts";
import type { State } from "./state.ts";
import type { StoredQueue } from "./stored_queue.ts";
import { readSequenceId, type SequenceId } from "./sequence.ts";

/** The parts of an index that a checkpoint uses. */
export interface CheckpointHost {
  readonly log: Log;
  readonly blocks: Blocks;
  readonly crc32: Crc32;
  readonly state: State;
  readonly segments: Segments;
  readonly arena: Arena;
  readonly sizes: StoreSizes;
  readonly scratch: Scratch;
  after(delayMs: number, callback: () => void): () => void;
}

/** A written segment and its blocks. */
interface Written {
  readonly id: number;
  readonly entries: readonly IndexEntry[];
}

/**
 * Moves the live messages of a section of the log to segments, so that the section can be trimmed once the snapshot covers
 * it. A message that was settled by then is never written twice. Returns the queues that have more messages in segments
 * now. Other turns happen in between; the state changes in one step.
 */
export async function moveToSegments(host: CheckpointHost, { start, end }: Section): Promise<StoredQueue[]> {
  const { state, arena } = host;
  /** By queue: position behind its last message in the section. */
  const upTo = new Map<StoredQueue, number>();
  const written: Written[] = [];
  const flush = async () => {
    const id = ++state.lastSegmentId;
    written.push({ id, entries: await writeGathered(host, id) });
    arena.clear();
  };

  arena.clear();
  const content = new ContentReader();
  try {
    for await (const batch of host.log.read(start, end)) {
      const { bytes, view } = batch;
      for (let at = batch.start; at < batch.end; at += recordBytes(view, at)) {
        if (!content.read(bytes, view, at)) continue;
        const count = recordNumber(view, at);
        for (let i = 0, from = at + ENQUEUED_AT.queues; i < count; i++, from += ENQUEUED_QUEUE_BYTES) {
          const queue = state.queues.get(readSequenceId(view, from));
          const position = getUint48(view, from + 4);
          if (queue === undefined || position < queue.segmentedUpTo) continue;
          upTo.set(queue, position + 1);
          if (!queue.live.has(position)) continue;
          if (!arena.hasRoomFor(content)) await flush();
          arena.add(queue.id, position, content);
        }
      }
    }
    if (!arena.isEmpty) await flush();
  } catch (error) {
    for (const { id } of written) await host.blocks.remove(segmentName(id)).catch(() => {});
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

/** Writes the gathered messages as a segment. Returns its blocks. */
export function writeGathered(
  { blocks, state, arena, sizes, crc32, scratch }: CheckpointHost,
  id: number,
): Promise<readonly IndexEntry[]> {
  const hasFilterValues = (sequenceId: SequenceId) => state.queues.get(sequenceId)?.hasFilterValues ?? false;
  return writeSegment(blocks, id, arena, crc32, sizes.blockBytes, hasFilterValues, scratch.write);
}

/** Writes a snapshot that covers all batches before a position of the log. */
export async function retire(host: CheckpointHost, before: LogPosition): Promise<void> {
  const { blocks, state, crc32, scratch } = host;
  state.snapshotPosition = before;
  const pause = () => new Promise<void>((resolve) => void host.after(0, resolve));
  await writeSnapshot(blocks, state, crc32, scratch.batch, pause);
}
