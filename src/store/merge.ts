import { type CheckpointHost, writeGathered } from "./checkpoint.ts";
import { Segment } from "./segment.ts";
import type { Block, StoredQueue } from "./stored_queue.ts";

/**
 * Ratio of dead to live bytes above which segments are merged, if the dead ones also exceed half of a segment.
 */
const DEAD_PART_MAX = 0.5;
/** Part of a full segment below which a segment counts as small, and number of small ones that are merged. */
const SMALL_PART = 1 / 16;
const SMALL_MAX = 32;

interface Candidate {
  readonly segment: Segment;
  liveBytes: number;
  readonly blocks: { readonly queue: StoredQueue; readonly block: Block }[];
}

/** Returns the live messages of each segment. */
function survey({ state, segments }: CheckpointHost): Candidate[] {
  const candidates = new Map<Segment, Candidate>();
  for (const segment of segments.byId.values()) candidates.set(segment, { segment, liveBytes: 0, blocks: [] });
  for (const queue of state.queues.values()) {
    for (const block of queue.blocks) {
      const candidate = candidates.get(block.segment)!;
      candidate.liveBytes += block.bytes * block.liveCount / block.count;
      candidate.blocks.push({ queue, block });
    }
  }
  return [...candidates.values()];
}

/** Returns the segments that should be merged into one, emptiest first; none when no merge is needed. */
function choose(candidates: Candidate[], segmentBytes: number): Candidate[] {
  let bytes = 0;
  let liveBytes = 0;
  for (const candidate of candidates) {
    bytes += candidate.segment.bytes;
    liveBytes += candidate.liveBytes;
  }
  const deadBytes = bytes - liveBytes;
  const isWasteful = deadBytes > segmentBytes / 2 && deadBytes > liveBytes * DEAD_PART_MAX;
  const small = candidates.filter((candidate) => candidate.liveBytes < segmentBytes * SMALL_PART);
  if (!isWasteful && small.length <= SMALL_MAX) return [];
  const chosen = isWasteful ? candidates : small;
  const part = ({ segment, liveBytes }: Candidate) => liveBytes / segment.bytes;
  chosen.sort(isWasteful ? (a, b) => part(a) - part(b) : (a, b) => a.liveBytes - b.liveBytes);
  let sum = 0;
  const fitting = chosen.filter((candidate) => (sum += candidate.liveBytes) <= segmentBytes);
  // One alone is worth it when a good part of it is dead.
  return fitting.length > 1 || (fitting.length === 1 && part(fitting[0]) < 1 / (1 + DEAD_PART_MAX)) ? fitting : [];
}

/** Segments that have been merged into another one. */
export interface Merged {
  readonly added: Segment;
  readonly removed: readonly Segment[];
}

/**
 * Merges the emptiest segments when too many of their bytes are dead, so that one old message does not keep all its
 * neighbours. The caller records it, and removes the old segments when the record is safe.
 */
export async function mergeSegments(host: CheckpointHost): Promise<Merged | undefined> {
  const { state, segments, arena, sizes } = host;
  const chosen = choose(survey(host), sizes.segmentBytes);
  if (chosen.length === 0) return undefined;
  const old = new Set(chosen.map(({ segment }) => segment));
  const queues = new Set(chosen.flatMap(({ blocks }) => blocks.map(({ queue }) => queue)));

  arena.clear();
  for (const queue of queues) {
    let previous: Block | undefined;
    for (const block of [...queue.blocks]) {
      if (!old.has(block.segment)) {
        // A block must not reach over others.
        if (previous !== undefined) arena.endBlock(queue.id);
        previous = undefined;
        continue;
      }
      // A deleted queue's segments may be gone.
      if (block.liveCount === 0 || queue.isDeleted) continue;
      previous = block;
      const stored = await segments.read(block, queue);
      while (stored.next()) arena.add(queue.id, stored.position, stored);
    }
  }
  const id = ++state.lastSegmentId;
  const entries = arena.isEmpty ? [] : await writeGathered(host, id);
  arena.clear();

  const added = new Segment(id, entries);
  for (const queue of queues) {
    if (!queue.isDeleted) queue.replaceBlocks(old, added, entries.filter(({ queueId }) => queueId === queue.id));
  }
  const removed = [...old].filter((segment) => segments.byId.has(segment.id));
  for (const segment of removed) state.segmentIds.delete(segment.id);
  if (added.blockCount > 0) {
    segments.byId.set(id, added);
    state.segmentIds.add(id);
  } else segments.remove(added);
  return { added, removed };
}
