import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DiskFullError, type File } from "../../src/store/files.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { contentOf, counting, describeFiles } from "./files_contract.ts";
import { seededRandom } from "./seeded_random.ts";

describeFiles("files on a simulated disk", () => new FaultyFiles({ random: seededRandom(1) }));

const CRASHES = 400;

/** Crashes again and again, and returns each outcome that `look` has seen, once. */
async function outcomes<Outcome>(files: FaultyFiles, look: (after: FaultyFiles) => Promise<Outcome>) {
  const seen = new Set<string>();
  for (let crash = 0; crash < CRASHES; crash++) seen.add(JSON.stringify(await look(files.crash())));
  return [...seen].sort().map((outcome) => JSON.parse(outcome));
}

/** The first byte of each sector of a file, all of whose bytes must be the same. */
async function sectors(files: FaultyFiles, name = "a"): Promise<number[]> {
  const content = await contentOf(await files.open(name));
  const bytes = [];
  for (let at = 0; at < content.length; at += 512) {
    const sector = content.subarray(at, at + 512);
    assert.ok(sector.every((byte) => byte === sector[0]), `the sector at ${at} is torn`);
    bytes.push(sector[0]);
  }
  return bytes;
}

const names = async (files: FaultyFiles) => (await files.list()).sort();

/** A file of two sectors of ones, and its name, which survive. */
async function withFile(synced = false): Promise<{ files: FaultyFiles; file: File }> {
  const files = new FaultyFiles({ random: seededRandom(7) });
  const file = await files.open("a", { create: true, synced });
  await file.write(0, new Uint8Array(1024).fill(1));
  await file.sync();
  await files.syncFolder();
  return { files, file };
}

/** Returns whether a promise settles by everything else that is done. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  promise.then(() => isSettled = true, () => isSettled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return !isSettled;
}

describe("what was written, after a power loss", () => {
  it("is there when it was synced", async () => {
    const { files } = await withFile();
    assert.deepEqual(await outcomes(files, sectors), [[1, 1]]);
  });

  it("is there, sector by sector, or not, when it was not synced", async () => {
    const { files, file } = await withFile();
    await file.write(0, new Uint8Array(1024).fill(2));
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [1, 2], [2, 1], [2, 2]]);
  });

  it("may be there though what was written before it is not", async () => {
    const { files, file } = await withFile();
    await file.write(0, new Uint8Array(512).fill(2));
    await file.write(512, new Uint8Array(512).fill(3));
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [1, 3], [2, 1], [2, 3]]);
  });

  it("is in a sector with what was written to that sector before", async () => {
    const { files, file } = await withFile();
    await file.write(0, Uint8Array.of(2));
    await file.write(1, Uint8Array.of(3));
    const firstBytes = await outcomes(
      files,
      async (after) => [...(await contentOf(await after.open("a"))).slice(0, 3)],
    );
    assert.deepEqual(firstBytes, [[1, 1, 1], [2, 1, 1], [2, 3, 1]]);
  });

  it("is there when it was written to a synced file, with what the sector held before it", async () => {
    const { files, file } = await withFile();
    const synced = await files.open("a", { synced: true });
    await file.write(0, Uint8Array.of(2));
    await file.write(512, new Uint8Array(512).fill(2));
    await synced.write(1, Uint8Array.of(3));
    const bytes = await outcomes(files, async (after) => {
      const content = await contentOf(await after.open("a"));
      return [content[0], content[1], content[512]];
    });
    assert.deepEqual(bytes, [[2, 3, 1], [2, 3, 2]]);
  });

  it("may be torn on a synced file when its promise had not resolved", async () => {
    const { files, file } = await withFile(true);
    const writing = file.write(0, new Uint8Array(1024).fill(2));
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [1, 2], [2, 1], [2, 2]]);
    assert.ok(await isPending(writing));
  });

  it("is covered by a sync only when it had resolved before", async () => {
    const { files, file } = await withFile();
    await Promise.all([file.write(0, new Uint8Array(512).fill(2)), file.sync()]);
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [2, 1]]);
  });

  it("may have made the file longer with zeros where it is lost, or not longer", async () => {
    const { files, file } = await withFile();
    await file.write(1024, new Uint8Array(1024).fill(2));
    assert.deepEqual(await outcomes(files, sectors), [
      [1, 1, 0, 0],
      [1, 1, 0, 2],
      [1, 1, 0],
      [1, 1, 2, 0],
      [1, 1, 2, 2],
      [1, 1, 2],
      [1, 1],
    ]);
  });

  it("has its size when it was synced, whatever became of what lies before it", async () => {
    const { files, file } = await withFile();
    const synced = await files.open("a", { synced: true });
    await file.write(1024, new Uint8Array(512).fill(2));
    await synced.write(1536, new Uint8Array(512).fill(3));
    assert.deepEqual(await outcomes(files, sectors), [[1, 1, 0, 3], [1, 1, 2, 3]]);
  });

  it("survives the next power loss when it has survived one", async () => {
    const { files, file } = await withFile();
    await file.write(0, new Uint8Array(1024).fill(2));
    const after = files.crash();
    const survived = await sectors(after);
    assert.deepEqual(await outcomes(after, sectors), [survived]);
  });

  it("is the same for the same random numbers", async () => {
    const look = async () => {
      const { files, file } = await withFile();
      await file.write(100, counting(0, 20_000));
      return await contentOf(await files.crash().open("a"));
    };
    assert.deepEqual(await look(), await look());
  });
});

describe("names, after a power loss", () => {
  it("of new files are there or not, each by itself, until the folder was synced", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    for (const name of ["a", "b"]) await (await files.open(name, { create: true })).sync();
    assert.deepEqual(await outcomes(files, names), [["a", "b"], ["a"], ["b"], []]);
  });

  it("are as they were when the folder was synced", async () => {
    const { files } = await withFile();
    await files.open("b", { create: true });
    await files.rename("a", "c");
    await files.remove("b");
    await files.syncFolder();
    assert.deepEqual(await outcomes(files, names), [["c"]]);
  });

  it("are covered by a sync of the folder only when the change had resolved before", async () => {
    const { files } = await withFile();
    await Promise.all([files.remove("a"), files.syncFolder()]);
    assert.deepEqual(await outcomes(files, names), [["a"], []]);
  });

  it("of removed files may be there again, with what is in them", async () => {
    const { files } = await withFile();
    await files.remove("a");
    assert.deepEqual(await outcomes(files, names), [["a"], []]);
    assert.deepEqual(
      await outcomes(files, async (after) => (await names(after)).length > 0 ? await sectors(after) : []),
      [[1, 1], []],
    );
  });

  it("are the old one or the new one of a renamed file, never both nor none", async () => {
    const { files } = await withFile();
    await files.rename("a", "b");
    assert.deepEqual(await outcomes(files, names), [["a"], ["b"]]);
  });

  it("may belong to a file whose content is lost", async () => {
    const { files } = await withFile();
    const file = await files.open("new", { create: true });
    await file.write(0, new Uint8Array(512).fill(2));
    await files.rename("new", "a");
    assert.deepEqual(await outcomes(files, sectors), [[0], [1, 1], [2], []]);
  });

  it("are not changed when an earlier change of the same name was undone", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    await files.open("a", { create: true });
    await files.rename("a", "b");
    await files.open("a", { create: true });
    assert.deepEqual(await outcomes(files, names), [["a", "b"], ["a"], ["b"], []]);
  });
});

describe("the files from before a power loss", () => {
  it("reject everything, and resolve nothing that was under way", async () => {
    const { files, file } = await withFile();
    const pending = [file.write(0, counting(0, 9)), file.size(), files.list(), files.syncFolder()];
    files.crash();
    for (const promise of pending) assert.ok(await isPending(promise));
    await assert.rejects(files.list(), /The power is off/);
    await assert.rejects(files.open("a"), /The power is off/);
    await assert.rejects(file.read(0, new Uint8Array(1)), /The power is off/);
  });
});

describe("dieAfter", () => {
  it("has the n-th operation that changes something never resolve, nor anything after it", async () => {
    const { files, file } = await withFile();
    const before = files.mutations;
    files.dieAfter(3);
    await file.write(0, counting(0, 9));
    await file.read(0, new Uint8Array(9));
    await file.sync();
    assert.ok(await isPending(files.died));
    const last = file.write(0, new Uint8Array(1024).fill(2));
    await files.died;
    assert.equal(files.mutations, before + 3);
    assert.ok(await isPending(last));
    assert.ok(await isPending(file.size()));
    assert.ok(await isPending(files.open("a")));
  });

  it("has nothing resolve that is under way, and lets what the last one did survive in part", async () => {
    const { files, file } = await withFile(true);
    files.dieAfter(2);
    const first = file.write(0, new Uint8Array(512).fill(2));
    const last = file.write(512, new Uint8Array(512).fill(3));
    const later = file.write(0, new Uint8Array(1024).fill(4));
    for (const write of [first, last, later]) assert.ok(await isPending(write));
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [1, 3], [2, 1], [2, 3]]);
  });
});

describe("a killed program", () => {
  it("leaves everything as it was, which a power loss may still undo until it is synced", async () => {
    const { files, file } = await withFile();
    file.write(0, new Uint8Array(512).fill(2));
    files.open("b", { create: true });
    const after = files.kill();
    await assert.rejects(files.list(), /The power is off/);
    assert.deepEqual(await sectors(after), [2, 1]);
    assert.deepEqual(await names(after), ["a", "b"]);
    await (await after.open("a")).sync();
    await after.syncFolder();
    assert.deepEqual(await outcomes(after, sectors), [[2, 1]]);
    assert.deepEqual(await outcomes(after, names), [["a", "b"]]);
  });

  it("loses to a power loss what the one after it has not synced", async () => {
    const { files, file } = await withFile();
    await file.write(0, new Uint8Array(512).fill(2));
    assert.deepEqual(await outcomes(files.kill(), sectors), [[1, 1], [2, 1]]);
  });
});

describe("an operation that is to fail", () => {
  it("is the next one of its type", async () => {
    const { files, file } = await withFile();
    files.failNext("write");
    files.failNext("write", new DiskFullError("full"));
    await file.sync();
    await assert.rejects(file.write(0, counting(0, 9)), /Input\/output error/);
    await assert.rejects(file.write(0, counting(0, 9)), DiskFullError);
    await file.write(0, counting(0, 9));
  });

  it("is one that a test chooses", async () => {
    const { files, file } = await withFile();
    const seen: string[] = [];
    files.failure = ({ type, name, at, bytes }) => {
      seen.push(`${type} ${name} ${at} ${bytes}`);
      return type === "remove" ? new Error("not this one") : undefined;
    };
    await file.read(3, new Uint8Array(4));
    await assert.rejects(files.remove("a"), /not this one/);
    assert.deepEqual(seen, ["read a 3 4", "remove a undefined undefined"]);
    assert.deepEqual(await names(files), ["a"]);
  });

  it("may have written a part", async () => {
    const lengths = new Set<number>();
    for (let seed = 1; seed <= 100; seed++) {
      const files = new FaultyFiles({ random: seededRandom(seed) });
      const file = await files.open("a", { create: true });
      files.failNext("write");
      await assert.rejects(file.write(0, counting(0, 3)));
      lengths.add(await file.size());
    }
    assert.deepEqual([...lengths].sort(), [0, 1, 2, 3]);
  });

  it("has no later sync write what a sync could not", async () => {
    const { files, file } = await withFile();
    await file.write(0, new Uint8Array(512).fill(2));
    files.failNext("sync");
    await assert.rejects(file.sync());
    await file.sync();
    assert.deepEqual(await outcomes(files, sectors), [[1, 1], [2, 1]]);
  });
});

describe("a disk with a capacity", () => {
  it("is full beyond it, and may have taken a part", async () => {
    const files = new FaultyFiles({ random: seededRandom(1), capacityBytes: 100 });
    const file = await files.open("a", { create: true });
    await file.write(0, counting(0, 60));
    assert.equal(await files.freeBytes(), 40);
    await assert.rejects(file.write(60, counting(0, 41)), DiskFullError);
    assert.equal(await file.size(), 100);
    await file.write(50, counting(0, 50));
    assert.equal(await files.freeBytes(), 0);
  });

  it("can get more room, and less than is used", async () => {
    const files = new FaultyFiles({ random: seededRandom(1), capacityBytes: 100 });
    const file = await files.open("a", { create: true });
    await file.write(0, counting(0, 100));
    files.capacityBytes = 200;
    await file.write(100, counting(0, 50));
    files.capacityBytes = 50;
    assert.equal(await files.freeBytes(), 0);
    await file.write(100, counting(0, 50));
    await assert.rejects(file.write(150, counting(0, 1)), DiskFullError);
    assert.equal(files.crash().capacityBytes, 50);
  });
});

describe("an operation", () => {
  it("takes its effect when it is called, and resolves when the test says so", async () => {
    const callbacks: (() => void)[] = [];
    const files = new FaultyFiles({ random: seededRandom(1), delay: (callback) => callbacks.push(callback) });
    const opening = files.open("a", { create: true });
    assert.ok(await isPending(opening));
    callbacks.shift()!();
    const file = await opening;
    const into = new Uint8Array(3);
    const [writing, reading, failing] = [file.write(0, counting(1, 3)), file.read(0, into), files.open("b")];
    const failed = assert.rejects(failing);
    callbacks[1]();
    assert.equal(await reading, 3);
    assert.deepEqual(into, counting(1, 3));
    assert.ok(await isPending(writing));
    callbacks[0]();
    await writing;
    assert.ok(await isPending(failed));
    callbacks[2]();
    await failed;
  });

  it("is counted", async () => {
    const { files, file } = await withFile();
    await file.write(0, counting(0, 1));
    await file.read(0, new Uint8Array(1));
    assert.equal(files.count("write"), 2);
    assert.equal(files.count("read"), 1);
    assert.equal(files.count("create"), 1);
    assert.equal(files.count("open"), 0);
    assert.equal(files.count("sync"), 1);
    assert.equal(files.mutations, 5);
  });

  it("of writing rejects when its bytes were changed under way", async () => {
    const { file } = await withFile();
    const bytes = counting(1, 9);
    const writing = file.write(5, bytes);
    bytes[3] = 99;
    await assert.rejects(writing, /were changed while they were being written/);
  });
});
