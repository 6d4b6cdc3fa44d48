import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { File, Files } from "../../src/store/files.ts";

/** The bytes from `first` on, counting up. */
export function counting(first: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => first + index);
}

export async function contentOf(file: File): Promise<Uint8Array> {
  const content = new Uint8Array(await file.size());
  assert.equal(await file.read(0, content), content.length);
  return content;
}

/** What a system does with files that are open. */
export interface FilesTraits {
  /** True where an open file keeps its name until it is closed: nothing replaces it, and it is listed when it is removed. */
  readonly openFilesKeepNames?: boolean;
}

/** Tests of every implementation of `Files`. `make` returns an empty folder. */
export function describeFiles(
  name: string,
  make: () => Files | Promise<Files>,
  { openFilesKeepNames = false }: FilesTraits = {},
): void {
  describe(name, () => {
    it("has no files at first", async () => {
      assert.deepEqual(await (await make()).list(), []);
    });

    it("makes a file only when told to", async () => {
      const files = await make();
      await assert.rejects(files.open("a"));
      await assert.rejects(files.open("a", { readOnly: true }));
      assert.deepEqual(await files.list(), []);
      const file = await files.open("a", { create: true });
      assert.deepEqual(await files.list(), ["a"]);
      assert.equal(await file.size(), 0);
      await file.close();
    });

    it("opens a file that is there with what is in it, even with create", async () => {
      const files = await make();
      const file = await files.open("a", { create: true });
      await file.write(0, counting(1, 5));
      for (const options of [{}, { create: true }, { readOnly: true }, { synced: true }]) {
        const again = await files.open("a", options);
        assert.deepEqual(await contentOf(again), counting(1, 5));
        await again.close();
      }
      await file.close();
    });

    it("reads until the file ends", async () => {
      const files = await make();
      const file = await files.open("a", { create: true });
      await file.write(0, counting(1, 5));
      const into = new Uint8Array(4).fill(99);
      assert.equal(await file.read(3, into), 2);
      assert.deepEqual(into, Uint8Array.of(4, 5, 99, 99));
      assert.equal(await file.read(5, into), 0);
      assert.equal(await file.read(6, into), 0);
      assert.equal(await file.read(0, new Uint8Array(0)), 0);
      await file.close();
    });

    for (const synced of [false, true]) {
      it(`writes over what is there and behind it, ${synced ? "" : "not "}synced`, async () => {
        const files = await make();
        const file = await files.open("a", { create: true, synced });
        await file.write(0, counting(1, 5));
        await file.write(3, counting(50, 4));
        assert.deepEqual(await contentOf(file), Uint8Array.of(1, 2, 3, 50, 51, 52, 53));
        await file.write(9, counting(7, 1));
        await file.write(20, new Uint8Array(0));
        assert.deepEqual(await contentOf(file), Uint8Array.of(1, 2, 3, 50, 51, 52, 53, 0, 0, 7));
        await file.sync();
        await file.close();
      });
    }

    it("writes and reads much at once, out of and into a part of a buffer", async () => {
      const files = await make();
      const file = await files.open("a", { create: true });
      const bytes = counting(0, 3_000_000);
      await file.write(0, bytes.subarray(1000));
      const into = new Uint8Array(3_000_000);
      assert.equal(await file.read(0, into.subarray(1000)), 2_999_000);
      assert.ok(into.every((byte, index) => byte === (index < 1000 ? 0 : bytes[index])));
      await file.close();
    });

    it("does not write to a file that is only read", async () => {
      const files = await make();
      await (await files.open("a", { create: true })).close();
      const file = await files.open("a", { readOnly: true });
      await assert.rejects(file.write(0, counting(1, 1)));
      assert.equal(await file.size(), 0);
      await file.close();
    });

    it("renames an open file in place of a closed one", async () => {
      const files = await make();
      const [a, b] = [await files.open("a", { create: true }), await files.open("b", { create: true })];
      await b.write(0, counting(7, 3));
      await b.close();
      await a.write(0, counting(1, 3));
      await files.rename("a", "b");
      await files.syncFolder();
      assert.deepEqual(await files.list(), ["b"]);
      await a.write(3, counting(4, 1));
      const renamed = await files.open("b");
      assert.deepEqual(await contentOf(renamed), counting(1, 4));
      for (const file of [a, renamed]) await file.close();
    });

    if (openFilesKeepNames) {
      it("renames a file in place of another once that is closed", async () => {
        const files = await make();
        await (await files.open("a", { create: true })).close();
        const b = await files.open("b", { create: true });
        await b.write(0, counting(7, 3));
        const renamed = files.rename("a", "b");
        assert.deepEqual(await contentOf(b), counting(7, 3));
        assert.deepEqual((await files.list()).sort(), ["a", "b"]);
        await b.close();
        await renamed;
        assert.deepEqual(await files.list(), ["b"]);
      });

      it("removes a file, which open handles can still read, and whose name is free when they are closed", async () => {
        const files = await make();
        const file = await files.open("a", { create: true });
        await file.write(0, counting(1, 3));
        await files.remove("a");
        assert.deepEqual(await contentOf(file), counting(1, 3));
        await file.close();
        assert.deepEqual(await files.list(), []);
        await files.remove("a");
        const anew = await files.open("a", { create: true });
        assert.equal(await anew.size(), 0);
        await anew.close();
      });
    } else describeOpenFiles(make);

    it("does not rename what is not there", async () => {
      const files = await make();
      await assert.rejects(files.rename("a", "b"));
    });

    it("tells how much room there is", async () => {
      assert.ok(await (await make()).freeBytes() > 1_000_000);
    });

    it("does what was asked for before the file was closed, and nothing after", async () => {
      const files = await make();
      const file = await files.open("a", { create: true });
      const bytes = counting(0, 1_000_000);
      const written = file.write(0, bytes);
      await file.close();
      await written;
      await file.close();
      await assert.rejects(file.size(), /a is closed/);
      await assert.rejects(file.read(0, new Uint8Array(1)), /a is closed/);
      await assert.rejects(file.write(0, bytes), /a is closed/);
      await assert.rejects(file.sync(), /a is closed/);
      const again = await files.open("a");
      assert.equal(await again.size(), bytes.length);
      await again.close();
    });
  });
}

/** Tests of systems where open files outlast their names. */
function describeOpenFiles(make: () => Files | Promise<Files>): void {
  it("renames a file in place of another, and goes on with both when they are open", async () => {
    const files = await make();
    const [a, b] = [await files.open("a", { create: true }), await files.open("b", { create: true })];
    await a.write(0, counting(1, 3));
    await b.write(0, counting(7, 3));
    await files.rename("a", "b");
    await files.syncFolder();
    assert.deepEqual(await files.list(), ["b"]);
    await a.write(3, counting(4, 1));
    const renamed = await files.open("b");
    assert.deepEqual(await contentOf(renamed), counting(1, 4));
    assert.deepEqual(await contentOf(b), counting(7, 3));
    for (const file of [a, b, renamed]) await file.close();
  });

  it("removes a file, which open handles can still read", async () => {
    const files = await make();
    const file = await files.open("a", { create: true });
    await file.write(0, counting(1, 3));
    await files.remove("a");
    await files.remove("a");
    assert.deepEqual(await files.list(), []);
    await assert.rejects(files.open("a"));
    assert.deepEqual(await contentOf(file), counting(1, 3));
    const anew = await files.open("a", { create: true });
    assert.equal(await anew.size(), 0);
    await file.close();
    await anew.close();
  });
}
