import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../../src/store/crc32.ts";
import { StoreError } from "../../../src/store/error.ts";
import type { MemoryFiles } from "../../../src/store/memory_files.ts";
import { formatInspection, inspect } from "../../../src/store/offline/inspect.ts";
import { survey } from "../../../src/store/offline/survey.ts";
import { verify } from "../../../src/store/offline/verify.ts";
import { copyOf, flip, FrozenFiles, makeFolder, read, write } from "./folder.ts";

const folder = await makeFolder();
const names = await folder.list();
const segment = names.filter((name) => name.startsWith("segment-")).sort()[0];
const journals = (await survey(folder, crc32)).files.filter(({ what }) => /generation \d+, /.test(String(what)));
const journal = journals[0].name;

async function damaged(change: (files: MemoryFiles) => Promise<void>) {
  const files = await copyOf(folder);
  await change(files);
  return await verify(new FrozenFiles(files), crc32);
}

describe("verifying a data folder", () => {
  it("finds nothing in one that a killed broker left, and changes nothing", async () => {
    const { damages, queues, isComplete } = await verify(new FrozenFiles(folder), crc32);
    assert.deepEqual(damages, []);
    assert.equal(isComplete, true);
    assert.deepEqual(queues.map(({ label, whole }) => [String(label), whole.count]), [
      ["queue 'orders' in vhost '/'", 300],
      ["queue 'jobs' in vhost '/'", 200],
    ]);
  });

  it("names a block whose bytes are others, and what it held", async () => {
    const at = 32 + 40;
    const { damages, queues, isComplete } = await damaged((files) => flip(files, segment, at));
    assert.equal(damages.length, 1);
    assert.deepEqual([damages[0].file, damages[0].offset], [segment, 32]);
    assert.match(
      String(damages[0].what),
      /^the checksum of a block is wrong; it held \d+ messages of queue 'jobs' in vhost '\/', from position 1 to \d+$/,
    );
    assert.ok(queues[1].lostCount > 0);
    assert.equal(queues[1].whole.count + queues[1].lostCount, 200);
    assert.equal(isComplete, false);
  });

  it("finds all messages of a segment whose index is broken", async () => {
    const { length } = await read(folder, segment);
    const { damages, isComplete } = await damaged((files) => flip(files, segment, length - 40));
    assert.equal(damages[0].file, segment);
    assert.match(String(damages[0].what), /index/);
    assert.equal(isComplete, true);
  });

  const changes: Readonly<
    Record<string, readonly [(files: MemoryFiles) => Promise<void>, file: string, what: RegExp]>
  > = {
    "a segment that is cut off": [
      async (files) => write(files, segment, (await read(files, segment)).subarray(0, 5000)),
      segment,
      /index/,
    ],
    "a segment that is gone": [(files) => files.remove(segment), segment, /not there/],
    "a segment whose head is broken": [(files) => flip(files, segment, 3), segment, /does not begin as a segment/],
    "a snapshot that is gone": [(files) => files.remove("snapshot"), "snapshot", /not there/],
    "a snapshot whose head is broken": [(files) => flip(files, "snapshot", 9), "snapshot", /checksum of its head/],
    "a snapshot with a broken batch": [(files) => flip(files, "snapshot", 600), "snapshot", /no whole batch/],
    "a journal with a broken batch in the middle": [
      (files) => flip(files, journal, 600),
      journal,
      /a batch of records/,
    ],
    "a journal whose head is broken": [(files) => flip(files, journal, 9), journal, /its head is broken/],
  };
  for (const [name, [change, file, what]] of Object.entries(changes)) {
    it(`names ${name}`, async () => {
      const { damages } = await damaged(change);
      const found = damages.find((damage) => damage.file === file);
      assert.match(String(found?.what), what, JSON.stringify(damages));
    });
  }

  it("takes the end of a write that was cut off for what it is", async () => {
    const last = journals.at(-1)!.name;
    const { tornTail, damages } = await damaged(async (files) => {
      const bytes = await read(files, last);
      const at = bytes.findLastIndex((byte) => byte !== 0);
      bytes[at] ^= 0xff;
      await write(files, last, bytes);
    });
    assert.deepEqual(damages, []);
    assert.equal(tornTail?.file, last);
  });

  it("refuses a folder whose format is newer, and says so", async () => {
    const change = async (files: MemoryFiles) => {
      const bytes = await read(files, "snapshot");
      const view = new DataView(bytes.buffer);
      view.setUint32(8, 99, true);
      view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
      await write(files, "snapshot", bytes);
    };
    await assert.rejects(damaged(change), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(
        error.message,
        /can't be used: snapshot has format version 99, and this HareMQ knows versions \d+ to \d+ only\./,
      );
      return true;
    });
  });
});

describe("inspecting a data folder", () => {
  it("tells counts, files and queues, in a table for a person", async () => {
    const inspection = inspect(await survey(new FrozenFiles(folder), crc32));
    assert.equal(inspection.exchanges, 2);
    assert.equal(inspection.bindings, 2);
    assert.deepEqual(inspection.queues.map(({ vhost, name, messages }) => [vhost, name, messages]), [
      ["/", "orders", 300],
      ["/", "jobs", 200],
    ]);
    assert.deepEqual(inspection.files.map(({ name }) => name), names.sort());
    const text = formatInspection(inspection, String);
    assert.match(text, /2 exchanges, 2 queues, 2 bindings and 500 messages/);
    assert.match(text, /^orders +\/ +300 +[\d,]+$/m);
  });
});
