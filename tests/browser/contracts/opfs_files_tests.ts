import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSyncAccess, type OpfsFolder } from "../../../src/store/opfs/opfs.ts";
import { OpfsFiles } from "../../../src/store/opfs/opfs_files.ts";
import { contentOf, counting } from "../../store/files_contract.ts";
import { MortalFolder } from "./mortal_folder.ts";
import { estimate, newFolder } from "./opfs_places.ts";

async function slotNames(folder: OpfsFolder): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) if (name !== "lock") names.push(name);
  return names.sort();
}

/** Writes bytes to a file in OPFS itself. */
async function overwrite(folder: OpfsFolder, name: string, at: number, bytes: Uint8Array): Promise<void> {
  const access = await openSyncAccess(await folder.getFileHandle(name, { create: true }));
  access.write(bytes, { at });
  access.close();
}

/** Returns the bytes of a file in OPFS itself. */
async function bytesIn(folder: OpfsFolder, name: string): Promise<Uint8Array> {
  const access = await openSyncAccess(await folder.getFileHandle(name));
  const bytes = new Uint8Array(access.getSize());
  access.read(bytes, { at: 0 });
  access.close();
  return bytes;
}

async function write(files: OpfsFiles, name: string, bytes: Uint8Array): Promise<void> {
  const file = await files.open(name, { create: true });
  await file.write(0, bytes);
  await file.close();
}

async function read(files: OpfsFiles, name: string): Promise<Uint8Array> {
  const file = await files.open(name, { readOnly: true });
  const content = await contentOf(file);
  await file.close();
  return content;
}

/** Tests of what {@linkcode OpfsFiles} does besides the contract of `Files`. */
export function describeOpfsFiles(): void {
  describe("a folder in OPFS", () => {
    it("has its files for the next Worker, with names of any kind", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      const names = ["journal-1", "messages.new", "Очередь", "a".repeat(490)];
      for (const [index, name] of names.entries()) await write(files, name, counting(index, 5));
      await files.rename("journal-1", "journal-2");
      await files.close();
      const again = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual((await again.list()).sort(), ["journal-2", ...names.slice(1)].sort());
      assert.deepEqual(await read(again, "journal-2"), counting(0, 5));
      assert.deepEqual(await read(again, "Очередь"), counting(2, 5));
      await again.close();
    });

    it("refuses a name that is too long for a head", async () => {
      const files = await OpfsFiles.open({ folder: await newFolder(), estimate });
      await assert.rejects(files.open("a".repeat(491), { create: true }), RangeError);
      assert.deepEqual(await files.list(), []);
      await files.close();
    });

    it("belongs to one broker at a time", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      await assert.rejects(OpfsFiles.open({ folder, estimate, lockMsMax: 100 }), { name: "OpfsFolderInUseError" });
      await files.close();
      await (await OpfsFiles.open({ folder, estimate })).close();
    });

    it("does nothing once it is closed", async () => {
      const files = await OpfsFiles.open({ folder: await newFolder(), estimate });
      const file = await files.open("a", { create: true });
      await files.close();
      await assert.rejects(file.write(0, counting(0, 1)), /a is closed/);
      await assert.rejects(files.open("a"), /is closed/);
      await assert.rejects(files.list(), /is closed/);
    });

    it("uses the slots of removed files again, and shows nothing of what was in them", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      for (let round = 0; round < 5; round++) {
        await write(files, "a", counting(round, 100));
        await files.remove("a");
      }
      const file = await files.open("b", { create: true });
      await file.write(50, counting(1, 1));
      assert.deepEqual(await contentOf(file), Uint8Array.of(...new Uint8Array(50), 1));
      assert.deepEqual(await slotNames(folder), ["slot-1"]);
      await files.close();
    });

    it("keeps few free slots", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      const names = Array.from({ length: 40 }, (_, index) => `${index}`);
      for (const name of names) await write(files, name, counting(0, 5));
      for (const name of names) await files.remove(name);
      await files.close();
      const again = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual(await again.list(), []);
      await again.close();
      assert.ok((await slotNames(folder)).length <= 20, `${(await slotNames(folder)).length} slots`);
    });

    it("finishes a rename whose Worker ended before the replaced file was gone", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      await write(files, "a", counting(1, 3));
      await files.close();
      const old = await bytesIn(folder, "slot-1");
      const second = await OpfsFiles.open({ folder, estimate });
      await write(second, "b", counting(9, 3));
      await second.rename("b", "a");
      await second.close();
      // As if the removal of the file that was replaced had not reached the disk.
      await overwrite(folder, "slot-8", 0, old);
      const third = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual(await third.list(), ["a"]);
      assert.deepEqual(await read(third, "a"), counting(9, 3));
      await third.remove("a");
      await third.close();
      const fourth = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual(await fourth.list(), []);
      await fourth.close();
    });

    it("has removed a file that is open, when its Worker ends then", async () => {
      const folder = await newFolder();
      const mortal = new MortalFolder(folder);
      const files = await OpfsFiles.open({ folder: mortal, estimate });
      await write(files, "a", counting(1, 3));
      await files.open("a");
      await files.remove("a");
      mortal.changesLeft = 0;
      await files.close();
      const again = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual(await again.list(), []);
      await again.close();
    });

    it("has the old file or the new one, wherever a rename in its place is interrupted", async () => {
      let oldCount = 0;
      let isDone = false;
      for (let changes = 0; !isDone; changes++) {
        const folder = await newFolder();
        const mortal = new MortalFolder(folder);
        const files = await OpfsFiles.open({ folder: mortal, estimate });
        await write(files, "a", counting(1, 3));
        await write(files, "b", counting(9, 3));
        const reader = await files.open("a");
        mortal.changesLeft = changes;
        isDone = await files.rename("b", "a").then(() => true, () => false);
        mortal.changesLeft = 0;
        await files.close();
        await reader.close();
        const again = await OpfsFiles.open({ folder, estimate });
        const content = await read(again, "a");
        const isOld = content[0] === 1;
        if (isOld) oldCount++;
        assert.deepEqual(content, counting(isOld ? 1 : 9, 3));
        assert.deepEqual((await again.list()).sort(), isOld ? ["a", "b"] : ["a"]);
        await again.close();
      }
      assert.equal(oldCount, 1);
    });

    it("leaves a slot alone whose head is broken", async () => {
      const folder = await newFolder();
      const files = await OpfsFiles.open({ folder, estimate });
      await write(files, "a", counting(1, 3));
      await write(files, "b", counting(1, 3));
      await files.close();
      await overwrite(folder, "slot-1", 30, Uint8Array.of(255));
      const again = await OpfsFiles.open({ folder, estimate });
      assert.deepEqual(await again.list(), ["b"]);
      await write(again, "c", counting(1, 3));
      await again.close();
      assert.equal((await bytesIn(folder, "slot-1")).length, 4096 + 3);
    });
  });
}
