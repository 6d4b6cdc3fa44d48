import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DiskFullError } from "../../src/store/files.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { counting, describeFiles } from "./files_contract.ts";

describeFiles("files in memory", () => new MemoryFiles());

describe("files in memory with a capacity", () => {
  it("take as much as that, in all files together", async () => {
    const files = new MemoryFiles(100);
    const [a, b] = [await files.open("a", { create: true }), await files.open("b", { create: true })];
    await a.write(0, counting(0, 60));
    assert.equal(await files.freeBytes(), 40);
    await assert.rejects(b.write(0, counting(0, 41)), DiskFullError);
    await b.write(0, counting(0, 40));
    assert.equal(await files.freeBytes(), 0);
  });

  it("take what is written over what is there when they are full", async () => {
    const files = new MemoryFiles(10);
    const file = await files.open("a", { create: true });
    await file.write(0, counting(0, 10));
    await file.write(2, counting(50, 8));
    await assert.rejects(file.write(3, counting(50, 8)), DiskFullError);
    assert.equal(await file.size(), 10);
  });

  it("take more when a file was removed", async () => {
    const files = new MemoryFiles(10);
    const file = await files.open("a", { create: true });
    await file.write(0, counting(0, 10));
    await files.remove("a");
    assert.equal(await files.freeBytes(), 10);
  });
});
