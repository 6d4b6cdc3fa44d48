import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../../src/store/crc32.ts";
import { StoreError } from "../../../src/store/error.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { salvage } from "../../../src/store/offline/salvage.ts";
import { survey } from "../../../src/store/offline/survey.ts";
import { verify } from "../../../src/store/offline/verify.ts";
import { seededRandom } from "../seeded_random.ts";
import { bodyOf, CONTENTS, type Contents, contentsOf, copyOf, flip, FrozenFiles, makeFolder } from "./folder.ts";
import { openStore, read, SIZES, write } from "./folder.ts";

const folder = await makeFolder();
const names = await folder.list();
const segment = names.filter((name) => name.startsWith("segment-")).sort()[0];
const { files: surveyed } = await survey(folder, crc32);
const journal = surveyed.find(({ what }) => /generation \d+, /.test(String(what)))!.name;

const after = (delayMs: number, callback: () => void) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/** Damages a copy of the folder, and salvages it to another one, which must be whole. */
async function salvageDamaged(change: (files: MemoryFiles) => Promise<void> = async () => {}) {
  const from = await copyOf(folder);
  await change(from);
  const to = new MemoryFiles();
  const salvaged = await salvage({ from: new FrozenFiles(from), to, crc32, after });
  assert.deepEqual((await verify(new FrozenFiles(to), crc32)).damages, []);
  return { ...salvaged, contents: await contentsOf(to), to };
}

/** Returns the missing messages, and checks that the others are as they were. */
function missing(contents: Contents): number {
  let count = 0;
  for (const [queue, expected] of CONTENTS) {
    const messages = contents.get(queue) ?? new Map();
    for (const [position, body] of messages) assert.equal(body, bodyOf(queue, position));
    for (const position of expected.keys()) if (!messages.has(position)) count++;
  }
  return count;
}

describe("salvaging a data folder", () => {
  it("takes all of one that is whole: topology, messages, and what was delivered", async () => {
    const { survey, contents, to, messageCount } = await salvageDamaged();
    assert.equal(survey.isComplete, true);
    assert.equal(messageCount, 500);
    assert.deepEqual(contents, CONTENTS);
    const store = await openStore(to);
    const before = await openStore(await copyOf(folder));
    assert.deepEqual(store.recovered.topology, before.recovered.topology);
    assert.equal(store.recovered.queues[0].deliveredUpTo, 150);
    await store.close();
    await before.close();
  });

  it("loses the messages of a broken block, and no others", async () => {
    const { survey, contents } = await salvageDamaged((files) => flip(files, segment, 32 + 40));
    assert.equal(survey.isComplete, false);
    const lost = survey.queues.reduce((sum, { lostCount }) => sum + lostCount, 0);
    assert.ok(lost > 0 && lost < 100, `${lost} are lost`);
    assert.equal(missing(contents), lost);
  });

  it("loses nothing when a segment's index is broken", async () => {
    const { length } = await read(folder, segment);
    const { survey, contents } = await salvageDamaged((files) => flip(files, segment, length - 20));
    assert.equal(survey.isComplete, true);
    assert.deepEqual(contents, CONTENTS);
  });

  it("takes what is in front of and behind a broken batch of the journal", async () => {
    const { survey, contents } = await salvageDamaged((files) => flip(files, journal, SIZES.batchBytes * 4));
    assert.equal(survey.isComplete, false);
    const count = missing(contents);
    assert.ok(count > 0 && count < 100, `${count} are missing`);
    assert.ok(contents.get("orders")!.has(399));
  });

  it("takes the batches of a journal file whose head is broken", async () => {
    const { contents } = await salvageDamaged((files) => flip(files, journal, 9));
    assert.equal(missing(contents), 0);
  });

  it("finds the declarations in older journal files when the snapshot is lost", async () => {
    const { survey, contents, named } = await salvageDamaged((files) => files.remove("snapshot"));
    assert.equal(survey.isComplete, false);
    assert.deepEqual(named, []);
    assert.equal(missing(contents), 0);
  });

  it("gives queues names whose declarations are lost, and takes all their messages", async () => {
    const { survey, contents, named } = await salvageDamaged(async (files) => {
      await files.remove("snapshot");
      for (const { name, what } of surveyed) if (String(what) === "journal, free to be used") await files.remove(name);
    });
    assert.equal(survey.isComplete, false);
    assert.deepEqual(named.map(({ name }) => name), ["salvaged-1", "salvaged-2"]);
    for (const [name, queue] of [["salvaged-1", "orders"], ["salvaged-2", "jobs"]]) {
      const messages = contents.get(name)!;
      for (const [position, body] of CONTENTS.get(queue)!) assert.equal(messages.get(position), body);
    }
  });

  it("takes the topology from a snapshot whose last batch is broken", async () => {
    const { contents, survey } = await salvageDamaged(async (files) => {
      const bytes = await read(files, "snapshot");
      await write(files, "snapshot", bytes.subarray(0, bytes.length - 1024));
    });
    assert.equal(survey.hasLostRecords, true);
    assert.ok(contents.size > 0);
    if (contents.has("orders")) assert.equal(missing(contents), 0);
  });

  it("does not write to a folder in which there is something", async () => {
    const to = new MemoryFiles();
    await write(to, "precious", Uint8Array.of(1));
    await assert.rejects(salvage({ from: folder, to, crc32, after }), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /is not empty, there is precious in it/);
      return true;
    });
  });

  it("says so when there is no room for the new folder", async () => {
    const to = new MemoryFiles(100_000);
    await assert.rejects(salvage({ from: folder, to, crc32, after }), /can't be written, most likely for want of room/);
  });

  const seed = Math.floor(Math.random() * 1e9);
  it(`never fails and never makes anything up, whatever is broken (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
    for (let round = 0; round < 40; round++) {
      const done: string[] = [];
      const { contents, survey } = await salvageDamaged(async (files) => {
        for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
          const name = pick(await files.list());
          const bytes = await read(files, name);
          const at = Math.floor(random() * bytes.length);
          const how = pick(["flip", "flip", "flip", "zeros", "cut", "remove"]);
          done.push(`${how} ${name} at ${at}`);
          if (how === "flip") await flip(files, name, at);
          else if (how === "zeros") await write(files, name, bytes.fill(0, at, at + 2000));
          else if (how === "cut") await write(files, name, bytes.subarray(0, at));
          else await files.remove(name);
        }
      }).catch((error) => {
        throw new Error(`round ${round}: ${done.join(", ")}`, { cause: error });
      });
      const count = missing(contents);
      // What is broken at the end of the newest file looks like what was being written when the broker was killed.
      const isToldSo = count === 0 || !survey.isComplete || done.some((what) => what.includes(` ${journal} `));
      assert.ok(isToldSo, `round ${round}: ${count} are missing and nobody says so: ${done.join(", ")}`);
    }
  });
});
