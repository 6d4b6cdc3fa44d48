import { phrase } from "../phrase/phrase.ts";
import { type Blocks, rangesOf } from "./blocks/blocks.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import type { Section } from "./index/gatherer.ts";
import type { Log } from "./log/log.ts";
import type { LogPosition } from "./log/position.ts";
import { recordBytes } from "./record.ts";
import { Segment, segmentId, segmentName } from "./segment.ts";
import { readSegmentIndex } from "./segment_format.ts";
import { Segments } from "./segments.ts";
import { readSnapshot, SNAPSHOT } from "./snapshot.ts";
import { State } from "./state.ts";
import type { Recovered } from "./recovered.ts";

/** The content of a log and its blocks, as an index recovers it. */
export interface Recovery {
  readonly state: State;
  readonly segments: Segments;
  /** The sections of the log, numbered from 1 on. */
  readonly sections: Section[];
  /** Names of empty segments. They must stay until the next snapshot. */
  readonly empty: readonly string[];
}

/** Finds out what is there, and changes nothing. Throws {@linkcode CorruptStoreError} when it can't be used as it is. */
export async function recover(log: Log, blocks: Blocks, crc32: Crc32): Promise<Recovery> {
  const state = await recoverSnapshot(blocks, crc32);
  const sections = await replay(state, log);
  state.finish();
  const segments = new Segments(blocks, crc32);
  const empty = await recoverSegments(blocks, state, segments, crc32);
  return { state, segments, sections, empty };
}

/** Reads the snapshot. Throws when there is none though there should be. */
async function recoverSnapshot(blocks: Blocks, crc32: Crc32): Promise<State> {
  const state = await readSnapshot(blocks, crc32);
  if (state !== undefined) return state;
  const segment = (await blocks.list()).find((name) => segmentId(name) !== undefined);
  if (segment !== undefined) {
    throw new CorruptStoreError(SNAPSHOT, 0, phrase`it is not there, though there is ${segment}`);
  }
  return new State();
}

/** Carries out all records of the log that the snapshot may not know, and returns its sections. */
async function replay(state: State, log: Log): Promise<Section[]> {
  const starts: LogPosition[] = [];
  for await (const { position, startsSection, bytes, view, start, end } of log.read(state.snapshotPosition)) {
    if (startsSection || starts.length === 0) starts.push(position);
    for (let at = start; at < end; at += recordBytes(view, at)) state.apply(bytes, view, at, () => {});
  }
  return starts.map((start, index) => ({ number: index + 1, start, end: starts[index + 1] ?? log.end }));
}

/**
 * Opens the segments, and checks that they hold all messages that they should. Returns the names of those that hold none
 * any more: the snapshot still counts on them, so they must stay until there is another one.
 */
async function recoverSegments(
  blocks: Blocks,
  state: State,
  segments: Segments,
  crc32: Crc32,
): Promise<readonly string[]> {
  const empty: string[] = [];
  const names = new Set(await blocks.list());
  for (const id of [...state.segmentIds].sort((a, b) => a - b)) {
    const name = segmentName(id);
    if (!names.has(name)) throw new CorruptStoreError(name, 0, phrase`it is not there`);
    const entries = await readSegmentIndex(rangesOf(blocks, name), id, crc32);
    const segment = new Segment(id, entries);
    for (const entry of entries) state.queues.get(entry.queueId)?.addBlock(segment, entry);
    if (segment.blockCount > 0) {
      segments.byId.set(id, segment);
    } else {
      state.segmentIds.delete(id);
      empty.push(name);
    }
  }
  for (const queue of state.queues.values()) {
    queue.blocks.sort((a, b) => a.first - b.first);
    const expected = queue.live.countBetween(0, queue.segmentedUpTo);
    const found = queue.blocks.reduce((sum, { liveCount }) => sum + liveCount, 0);
    if (found !== expected) {
      throw new CorruptStoreError(
        SNAPSHOT,
        0,
        phrase`queue ${queue.id} should have ${expected} messages in segments, and ${found} are there`,
      );
    }
  }
  return empty;
}

/** Removes unreferenced segments, except those in `kept`. */
export async function removeLeftovers(blocks: Blocks, state: State, kept: readonly string[]): Promise<void> {
  for (const name of await blocks.list()) {
    const id = segmentId(name);
    if (id !== undefined && !state.segmentIds.has(id) && !kept.includes(name)) await blocks.remove(name);
  }
}

const NO_COUNTS: ReadonlyMap<number, number> = new Map();

/** Returns what a store has recovered, with all messages in segments. */
export function recoveredOf({ records, queues, lastQueueId }: State): Recovered {
  return {
    topology: records.takeRecords(),
    queues: [...queues.values()].map((queue) => ({
      queueId: queue.id,
      count: queue.live.count,
      nextPosition: queue.nextPosition,
      deliveredUpTo: queue.deliveredUpTo,
      deliveryCounts: queue.deliveryCounts === undefined ? NO_COUNTS : new Map(queue.deliveryCounts),
      bodyBytes: queue.bodyBytesFrom(0),
      hasTimes: queue.blocks.some(({ lastTime }) => lastTime !== 0),
    })),
    lastQueueId,
  };
}
