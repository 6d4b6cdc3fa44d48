import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { finishReset, resetFileStore } from "../../src/store/reset.ts";

const STORED = ["journal-0", "segment-0000000001", "snapshot", "spill-0"];

async function filled(...names: string[]): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const name of names) await (await files.open(name, { create: true })).close();
  return files;
}

describe("the reset of a store in files", () => {
  it("removes the store's files and no others", async () => {
    const files = await filled(...STORED, "notes.txt");
    await resetFileStore(files);
    assert.deepEqual(await files.list(), ["notes.txt"]);
  });

  it("is finished by the next start after a crash", async () => {
    const files = await filled("segment-0000000001", "reset");
    await finishReset(files);
    assert.deepEqual(await files.list(), []);
  });

  it("does nothing to a store that is not being reset", async () => {
    const files = await filled(...STORED);
    await finishReset(files);
    assert.deepEqual((await files.list()).sort(), [...STORED].sort());
  });
});
