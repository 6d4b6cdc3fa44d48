import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import { FileBlocks } from "../../src/store/blocks/file_blocks.ts";
import { MemoryBlocks } from "../../src/store/blocks/memory_blocks.ts";
import { NO_EPOCH } from "../../src/store/log/position.ts";
import { MemoryStorage } from "../../src/store/memory_storage.ts";
import { crc32 } from "../../src/store/crc32.ts";
import { CorruptStoreError, StoreError } from "../../src/store/error.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { Batch } from "../../src/store/log/batch.ts";
import type { LogPosition } from "../../src/store/log/position.ts";
import { readSnapshot, RECORDS_IN_TURN, SNAPSHOT, writeSnapshot } from "../../src/store/snapshot.ts";
import { State } from "../../src/store/state.ts";
import type { TopologyRecord } from "../../src/store/topology_record.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { applyTopology, breakByte, bytesOf } from "./test_store.ts";

function declare(state: State, queueId: number): void {
  const record: TopologyRecord = {
    type: "queue.declared",
    vhost: "/",
    queue: `queue-${queueId}`,
    queueId,
    autoDelete: false,
    arguments: EMPTY_TABLE,
  };
  applyTopology(state, record);
}

function runsOf(state: State, queueId: number): [number, number][] {
  const runs: [number, number][] = [];
  state.queues.get(queueId)!.live.forEachRun((first, end) => runs.push([first, end]));
  return runs;
}

/** Returns a state of `queueCount` queues with a few messages in each. */
function stateOf(queueCount: number): State {
  const state = new State();
  for (let id = 1; id <= queueCount; id++) {
    declare(state, id);
    const queue = state.queues.get(id)!;
    for (const position of [0, 1, 2, 50, 51, 2 ** 35 + id]) queue.live.add(position);
    queue.segmentedUpTo = queue.nextPosition = 2 ** 35 + id + 1;
    queue.deliveredUpTo = id;
  }
  return state;
}

/** Time passes for nobody else here. */
const noPause = () => Promise.resolve();

describe("a snapshot", () => {
  it("says of thousands of queues in many batches what each was", async () => {
    const files = new MemoryFiles();
    const state = stateOf(3000);
    state.snapshotPosition = 77 * 2 ** 20 + 5 as LogPosition;
    state.lastSegmentId = 30_001;
    for (let id = 1; id < 30_000; id += 2) state.segmentIds.add(id);
    await writeSnapshot(new FileBlocks(files), state, crc32, new Batch(4096 * 32), noPause);
    const read = (await readSnapshot(new FileBlocks(files), crc32))!;
    assert.equal(read.snapshotPosition, state.snapshotPosition);
    assert.equal(read.lastSegmentId, 30_001);
    assert.equal(read.lastQueueId, 3000);
    assert.deepEqual(read.segmentIds, state.segmentIds);
    assert.equal(read.queues.size, 3000);
    for (const [id, { nextPosition, deliveredUpTo, segmentedUpTo }] of state.queues) {
      const queue = read.queues.get(id)!;
      const { nextPosition: next, deliveredUpTo: delivered, segmentedUpTo: segmented } = queue;
      assert.deepEqual([next, delivered, segmented], [nextPosition, deliveredUpTo, segmentedUpTo]);
      assert.deepEqual(runsOf(read, id), runsOf(state, id));
    }
  });

  it("holds ten thousand runs of one queue", async () => {
    const files = new MemoryFiles();
    const state = stateOf(1);
    const { live } = state.queues.get(1)!;
    const random = seededRandom(3);
    for (let i = 0; i < 10_000; i++) live.add(Math.floor(random() * 1_000_000));
    await writeSnapshot(new FileBlocks(files), state, crc32, new Batch(4096), noPause);
    assert.deepEqual(runsOf((await readSnapshot(new FileBlocks(files), crc32))!, 1), runsOf(state, 1));
  });

  it("leaves out what is in the journal only", async () => {
    const files = new MemoryFiles();
    const state = stateOf(1);
    state.queues.get(1)!.segmentedUpTo = 51;
    await writeSnapshot(new FileBlocks(files), state, crc32, new Batch(4096), noPause);
    assert.deepEqual(runsOf((await readSnapshot(new FileBlocks(files), crc32))!, 1), [[0, 3], [50, 51]]);
  });

  it("knows a queue with its messages, and the segments of these, though both go while it is written", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const state = stateOf(200);
    state.segmentIds.add(5);
    const writing = writeSnapshot(new FileBlocks(files), state, crc32, new Batch(4096), noPause);
    let isWritten = false;
    writing.then(() => isWritten = true);
    while (files.count("write") < 3) await undefined;
    assert.equal(isWritten, false);
    applyTopology(state, { type: "queue.deleted", vhost: "/", queue: "queue-200", queueId: 200 });
    state.segmentIds.delete(5);
    await writing;
    const read = (await readSnapshot(new FileBlocks(files), crc32))!;
    assert.deepEqual([...read.segmentIds], [5]);
    assert.equal(read.queues.get(200)!.live.count, 6);
    assert.equal(read.queues.get(200)!.nextPosition, 2 ** 35 + 201);
  });

  it("of 100,000 queues lets other turns happen after every thousand records, and is as of the first one", async () => {
    const files = new MemoryFiles();
    const count = 100_000;
    const state = stateOf(count);
    let turns = 0;
    let isPaused = false;
    await writeSnapshot(new FileBlocks(files), state, crc32, new Batch(1024 * 1024), () => {
      assert.equal(isPaused, false, "one turn at a time");
      isPaused = true;
      turns++;
      if (turns === 1) {
        declare(state, count + 1);
        applyTopology(state, { type: "queue.deleted", vhost: "/", queue: `queue-${count}`, queueId: count });
      }
      return new Promise((resolve) =>
        setTimeout(() => {
          isPaused = false;
          resolve();
        })
      );
    });
    // One record of the topology and one of the messages for each queue.
    assert.equal(turns, 2 * count / RECORDS_IN_TURN - 1);
    const read = (await readSnapshot(new FileBlocks(files), crc32))!;
    assert.equal(read.queues.size, count);
    assert.equal(read.queues.get(count)!.live.count, 6);
    assert.equal(read.queues.has(count + 1), false);
  });

  it("ends where it says, whatever an older one that was given up left behind that", async () => {
    const files = new MemoryFiles();
    await writeSnapshot(new FileBlocks(files), stateOf(1), crc32, new Batch(4096), noPause);
    const older = await files.open(SNAPSHOT);
    const bytes = new Uint8Array(await older.size());
    await older.read(0, bytes);
    // A batch that could be the next one, and says otherwise.
    const behind = new MemoryFiles();
    await writeSnapshot(new FileBlocks(behind), stateOf(200), crc32, new Batch(4096), noPause);
    const other = await behind.open(SNAPSHOT);
    const second = new Uint8Array(4096);
    await other.read(512 + 4096, second);
    await older.write(bytes.length, second);
    const view = new DataView(second.buffer);
    assert.equal(view.getUint32(16, true), 1);
    const read = (await readSnapshot(new FileBlocks(files), crc32))!;
    assert.equal(read.queues.size, 1);
  });

  it("takes the place of the one before only when it is whole", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    await writeSnapshot(new FileBlocks(files), stateOf(1), crc32, new Batch(4096), noPause);
    files.failNext("sync");
    await assert.rejects(
      writeSnapshot(new FileBlocks(files), stateOf(2), crc32, new Batch(4096), noPause),
      /Input\/output error/,
    );
    assert.deepEqual(await files.list(), [SNAPSHOT]);
    assert.equal((await readSnapshot(new FileBlocks(files), crc32))!.queues.size, 1);
  });

  it("is none in a folder without one", async () => {
    assert.equal(await readSnapshot(new MemoryBlocks(new MemoryStorage(), NO_EPOCH), crc32), undefined);
  });

  it("of which any byte is another one is damaged, and says where", async () => {
    const files = new MemoryFiles();
    await writeSnapshot(new FileBlocks(files), stateOf(60), crc32, new Batch(2048), noPause);
    const size = await bytesOf(files, SNAPSHOT);
    for (let at = 0; at < size; at += 7) {
      if (at >= 16 && at < 512) continue;
      await breakByte(files, SNAPSHOT, at);
      const outcome = await readSnapshot(new FileBlocks(files), crc32).catch((error) => error);
      if (outcome instanceof State) {
        // The byte fills the last sector of a batch.
        assert.deepEqual([...outcome.queues.keys()], [...stateOf(60).queues.keys()]);
      } else {
        assert.ok(outcome instanceof CorruptStoreError, `byte ${at}: ${outcome}`);
        assert.equal(outcome.file, SNAPSHOT);
        assert.ok(outcome.offset <= at && at - outcome.offset < 2048, `byte ${at} is said to be at ${outcome.offset}`);
      }
      await breakByte(files, SNAPSHOT, at);
    }
    assert.ok(await readSnapshot(new FileBlocks(files), crc32) instanceof State);
  });

  it("of a newer format is not read, and says so", async () => {
    const files = new MemoryFiles();
    await writeSnapshot(new FileBlocks(files), stateOf(1), crc32, new Batch(4096), noPause);
    const file = await files.open(SNAPSHOT);
    const head = new Uint8Array(16);
    await file.read(0, head);
    const view = new DataView(head.buffer);
    view.setUint32(8, 99, true);
    view.setUint32(12, crc32(head.subarray(0, 12)), true);
    await file.write(0, head);
    await assert.rejects(readSnapshot(new FileBlocks(files), crc32), (error) => {
      assert.ok(error instanceof StoreError && !(error instanceof CorruptStoreError));
      assert.match(error.message, /snapshot has format version 99/);
      return true;
    });
  });
});
