import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "../../../src/broker/message/messages.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { openFileStore } from "../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock, settled } from "../../fake_clock.ts";

const MEBIBYTE = 1024 * 1024;
const BODY_BYTES = 64 * 1024;

/** Files to which no messages can be spilled while a test says so. */
class FailingFiles extends MemoryFiles {
  isFailing = false;
  failures = 0;

  override async open(...given: Parameters<MemoryFiles["open"]>): ReturnType<MemoryFiles["open"]> {
    const file = await super.open(...given);
    if (!given[0].startsWith("spill-")) return file;
    const write = file.write.bind(file);
    file.write = (at, bytes) => {
      if (!this.isFailing) return write(at, bytes);
      this.failures++;
      return Promise.reject(new Error("the disk is gone"));
    };
    return file;
  }
}

/** Starts a node with a limit of 8 MiB and a transient queue. */
async function open() {
  const clock = new FakeClock();
  const files = new FailingFiles();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  const store = await openFileStore({ files, after, diskFreeLimitBytes: 0 });
  const reports: string[] = [];
  const report = (line: string) => reports.push(line);
  const node = new Node({ clock, store, report, memoryHighWatermarkBytes: 8 * MEBIBYTE });
  const declaration = { name: "q", durable: false, autoDelete: false, owner: null, arguments: fieldTable({}) };
  const queue = node.addVirtualHost("/").declareQueue(declaration);
  const messages: Message[] = [];
  const create = (count: number) => {
    for (let i = 0; i < count; i++) {
      messages.push(node.messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, BODY_BYTES));
    }
    return messages.slice(-count);
  };
  /** Publishes messages to the queue, in one turn. */
  const publish = (count: number) => {
    for (const message of create(count)) queue.enqueue(message);
    node.endTurn();
  };
  const quiet = async () => {
    for (let i = 0; i < 20; i++) await settled();
  };
  return { clock, files, reports, node, create, publish, quiet };
}

describe("a node that is low on memory", () => {
  it("spills messages to disk until it is no longer low", async () => {
    const { node, publish, quiet } = await open();
    publish(100);
    assert.ok(node.messages.liveBytes > 6 * MEBIBYTE);
    await quiet();
    assert.ok(node.messages.slabBytes <= 4 * MEBIBYTE, `${node.messages.slabBytes} bytes are left`);
  });

  it("lets its publishers continue once a failing disk works again, without any other activity", async () => {
    const { clock, files, reports, node, publish, quiet } = await open();
    files.isFailing = true;
    publish(150);
    await quiet();
    let isUnblocked = false;
    node.whenUnblocked().then(() => isUnblocked = true);
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    assert.ok(files.failures >= 3, `it tried ${files.failures} times`);
    assert.match(reports[0], /^messages can't be put on disk, though they take much memory: .*the disk is gone/);
    assert.deepEqual([node.blockedReason, isUnblocked], ["low on memory", false]);
    files.isFailing = false;
    await clock.advance(1000);
    await quiet();
    assert.deepEqual([node.blockedReason, isUnblocked], [undefined, true]);
  });

  it("continues with messages that came during its pause", async () => {
    const { clock, node, publish, quiet } = await open();
    publish(100);
    await quiet();
    publish(150);
    await quiet();
    assert.equal(node.blockedReason, "low on memory");
    await clock.advance(10);
    await quiet();
    assert.equal(node.blockedReason, undefined);
  });

  it("does nothing while nothing happens and nothing can be spilled", async () => {
    const { clock, node, create, quiet } = await open();
    create(100);
    node.endTurn();
    await quiet();
    await clock.advance(100);
    const looks = clock.timerCount;
    let turns = 0;
    const { turn } = node;
    const end = turn.end.bind(turn);
    turn.end = () => (turns++, end());
    // The store checks the disk once a second.
    await clock.advance(800);
    assert.deepEqual([turns, clock.timerCount], [0, looks]);
  });
});
