import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Arena } from "../../src/store/arena.ts";
import { rangesOf } from "../../src/store/blocks/blocks.ts";
import { FileBlocks } from "../../src/store/blocks/file_blocks.ts";
import { crc32 } from "../../src/store/crc32.ts";
import { CorruptStoreError, StoreError } from "../../src/store/error.ts";
import type { Files } from "../../src/store/files.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { type IndexEntry, Segment, segmentId, segmentName } from "../../src/store/segment.ts";
import { readSegmentIndex } from "../../src/store/segment_format.ts";
import { writeSegment } from "../../src/store/segment_writer.ts";
import { Segments } from "../../src/store/segments.ts";
import { StoredQueue } from "../../src/store/stored_queue.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { bytesOf } from "./test_store.ts";

const BLOCK_BYTES = 200;

/** Messages as "queue:position:body". */
function arenaOf(...messages: string[]): Arena {
  const arena = new Arena(16 * 1024);
  for (const message of messages) {
    const [queue, position, body] = message.split(":");
    if (position === "end") arena.endBlock(Number(queue));
    else {
      const content = new TextEncoder().encode(`..${body}`);
      const parts = { addressBytes: 2, headerBytes: 0, bodyBytes: content.length - 2 };
      arena.add(Number(queue), Number(position), { bytes: content, offset: 0, ...parts, time: 0, hasDied: false });
    }
  }
  return arena;
}

async function blocksOf(files: Files, id: number): Promise<{ entry: IndexEntry; messages: string[] }[]> {
  const place = new FileBlocks(files);
  const segments = new Segments(place, crc32);
  const blocks = [];
  const entries = await readSegmentIndex(rangesOf(place, segmentName(id)), id, crc32);
  for (const entry of entries) {
    const queue = new StoredQueue(entry.queueId);
    queue.live.addRange(entry.first, entry.last + 1);
    queue.addBlock(new Segment(id, entries), entry);
    const block = await segments.read(queue.blocks[0], queue);
    const { bytes } = block;
    const messages: string[] = [];
    while (block.next()) {
      const start = block.offset + block.addressBytes + block.headerBytes;
      const body = new TextDecoder().decode(bytes.subarray(start, start + block.bodyBytes));
      messages.push(`${entry.queueId}:${block.position}:${body}`);
    }
    assert.equal(messages.length, entry.count);
    blocks.push({ entry, messages });
  }
  await place.close();
  return blocks;
}

const write = (files: Files, arena: Arena, id = 3) =>
  writeSegment(new FileBlocks(files), id, arena, crc32, BLOCK_BYTES, () => false);

describe("a segment", () => {
  it("has each queue's messages in blocks of its own, in order, whatever the order they came in", async () => {
    const files = new MemoryFiles();
    const entries = await write(files, arenaOf("1:0:a", "2:5:b", "1:1:c", "2:9:", "1:4:d"));
    const blocks = await blocksOf(files, 3);
    assert.deepEqual(blocks.map(({ messages }) => messages), [["1:0:a", "1:1:c", "1:4:d"], ["2:5:b", "2:9:"]]);
    assert.deepEqual(blocks.map(({ entry }) => entry), entries);
    assert.deepEqual(entries.map(({ first, last }) => [first, last]), [[0, 4], [5, 9]]);
  });

  it("ends a block with the message that makes it long enough, and where it was told to", async () => {
    const files = new MemoryFiles();
    const long = "x".repeat(120);
    await write(files, arenaOf("1:end", `1:0:${long}`, `1:1:${long}`, "1:2:a", "1:end", "1:end", "1:7:b", "1:end"));
    const blocks = await blocksOf(files, 3);
    assert.deepEqual(blocks.map(({ messages }) => messages.length), [2, 1, 1]);
  });

  it("holds messages that are longer than what is written at once", async () => {
    const files = new MemoryFiles();
    const long = "x".repeat(1_500_000);
    await write(files, arenaOf("1:0:a", `2:0:${long}`, "3:0:c"));
    const blocks = await blocksOf(files, 3);
    assert.deepEqual(blocks.map(({ messages }) => messages), [["1:0:a"], [`2:0:${long}`], ["3:0:c"]]);
  });

  it("is damaged when any byte of its head, blocks or index is another one", async () => {
    const files = new MemoryFiles();
    await write(files, arenaOf("1:0:abc", "2:0:def"));
    const size = await bytesOf(files, "segment-");
    const file = await files.open(segmentName(3));
    const whole = new Uint8Array(size);
    await file.read(0, whole);
    for (let at = 0; at < size; at++) {
      // What is to spare in the head, and behind the checksum at the end.
      if ((at >= 20 && at < 32) || at >= size - 12) continue;
      const broken = whole.slice();
      broken[at] ^= 1;
      await file.write(0, broken);
      await assert.rejects(blocksOf(files, 3), (error) => {
        assert.ok(error instanceof CorruptStoreError, `byte ${at}: ${error}`);
        assert.equal(error.file, "segment-0000000003");
        return true;
      }, `byte ${at}`);
    }
  });

  it("of a newer format is not read, and says so", async () => {
    const files = new MemoryFiles();
    await write(files, arenaOf("1:0:abc"));
    const file = await files.open(segmentName(3));
    const head = new Uint8Array(20);
    await file.read(0, head);
    const view = new DataView(head.buffer);
    view.setUint32(8, 99, true);
    view.setUint32(16, crc32(head.subarray(0, 16)), true);
    await file.write(0, head);
    await assert.rejects(blocksOf(files, 3), (error) => {
      assert.ok(error instanceof StoreError && !(error instanceof CorruptStoreError));
      assert.match(error.message, /segment-0000000003 has format version 99/);
      return true;
    });
  });

  it("that there is no room for leaves nothing behind", async () => {
    const files = new MemoryFiles(300);
    await assert.rejects(write(files, arenaOf(`1:0:${"x".repeat(200)}`, `1:1:${"x".repeat(200)}`)));
    assert.deepEqual(await files.list(), []);
    assert.equal(await files.freeBytes(), 300);
  });

  it("whose last step fails, the sync of its name, leaves nothing behind", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    files.failNext("syncFolder");
    await assert.rejects(write(files, arenaOf("1:0:abc")), /Input\/output error/);
    assert.deepEqual(await files.list(), []);
  });
});

describe("a segment's name", () => {
  it("is that of its id, and a copy's is not", () => {
    assert.equal(segmentId(segmentName(12)), 12);
    assert.equal(segmentId(segmentName(12_345_678_901)), 12_345_678_901);
    for (const name of ["segment-12", "segment-0000000012.copy", "segment-", "segment-00000000x2", "journal-1"]) {
      assert.equal(segmentId(name), undefined, name);
    }
  });
});
