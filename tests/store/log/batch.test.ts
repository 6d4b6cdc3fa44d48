import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../../src/store/crc32.ts";
import { Batch, HEADROOM_BYTES } from "../../../src/store/log/batch.ts";
import {
  BATCH_HEAD_BYTES,
  BATCH_IN_FILE_BYTES_MAX,
  isBatchWhole,
  nextBatchAt,
  readBatchHead,
  readPrevious,
  recordsAt,
  sealBatch,
  sealFirstBatch,
} from "../../../src/store/log/batch_format.ts";

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function sealed(payload: Uint8Array): Uint8Array {
  const batch = new Batch(4096);
  batch.bytes.set(payload, batch.length);
  batch.length += payload.length;
  return sealBatch(batch, crc32, 7, 3, true);
}

describe("a batch", () => {
  it("takes whole sectors, and says how much of them it is, where it belongs and where the next one begins", () => {
    const bytes = sealed(new Uint8Array(600).fill(1));
    assert.equal(bytes.length, 1024);
    const head = readBatchHead(viewOf(bytes), 0)!;
    assert.equal(head.payloadBytes, 600);
    assert.equal(head.generation, 7);
    assert.equal(head.index, 3);
    assert.equal(head.followsSynced, true);
    assert.equal(isBatchWhole(bytes, 0, head, crc32), true);
    assert.equal(nextBatchAt(0, head), 1024);
  });

  it("leaves nothing of the one before in its last sector", () => {
    const batch = new Batch(4096);
    batch.bytes.fill(0xff);
    batch.length += 10;
    assert.ok(sealBatch(batch, crc32, 1, 0, true).subarray(BATCH_HEAD_BYTES + 10).every((byte) => byte === 0));
  });

  it("is not whole when any byte of its head or records is another one", () => {
    const bytes = sealed(new Uint8Array(50).fill(1));
    for (let at = 0; at < BATCH_HEAD_BYTES + 50; at++) {
      const broken = bytes.slice();
      broken[at] ^= 1;
      const head = readBatchHead(viewOf(broken), 0);
      assert.ok(head === undefined || !isBatchWhole(broken, 0, head, crc32), `byte ${at}`);
    }
  });

  it("is none where its head claims more than a batch can be, or more than is there", () => {
    const bytes = sealed(new Uint8Array(50));
    viewOf(bytes).setUint32(4, BATCH_IN_FILE_BYTES_MAX, true);
    assert.equal(readBatchHead(viewOf(bytes), 0), undefined);
    viewOf(bytes).setUint32(4, 5000, true);
    assert.equal(isBatchWhole(bytes, 0, readBatchHead(viewOf(bytes), 0)!, crc32), false);
    assert.equal(readBatchHead(viewOf(bytes.subarray(0, BATCH_HEAD_BYTES - 1)), 0), undefined);
  });

  it("has room for what its capacity leaves", () => {
    const batch = new Batch(4096);
    assert.equal(batch.hasRoomFor(4096 - HEADROOM_BYTES), true);
    assert.equal(batch.hasRoomFor(4096 - HEADROOM_BYTES + 1), false);
  });

  it("says where the file before it ends when it is the first one of a file", () => {
    const batch = new Batch(4096);
    batch.bytes[batch.length++] = 77;
    const bytes = sealFirstBatch(batch, crc32, 8, { generation: 7, end: 4711 }, true).slice();
    const head = readBatchHead(viewOf(bytes), 0)!;
    assert.ok(isBatchWhole(bytes, 0, head, crc32));
    assert.deepEqual([head.generation, head.index], [8, 0]);
    const previous = readPrevious(viewOf(bytes), BATCH_HEAD_BYTES, BATCH_HEAD_BYTES + head.payloadBytes);
    assert.deepEqual(previous, { generation: 7, end: 4711 });
    assert.equal(bytes[recordsAt(BATCH_HEAD_BYTES, previous)], 77);
  });
});
