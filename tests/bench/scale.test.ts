import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { folderBytes, makeDataFolder, removeDataFolder } from "../../bench/data_folder.ts";
import { scaleCases } from "../../bench/scale.ts";
import { settled } from "../../bench/settled.ts";

describe("the scale cases", () => {
  it("name the number of their messages and queues", () => {
    assert.deepEqual(scaleCases(10_000_000).map(({ rows }) => rows.published.name), [
      "scale, 1 queue: 10,000,000 persistent messages of 100 bytes, confirms",
      "scale, 1,000 queues: 10,000,000 persistent messages of 100 bytes, confirms",
    ]);
  });
});

describe("a data folder", () => {
  it("takes the size of its files and those of its folders", () => {
    const folder = makeDataFolder();
    mkdirSync(join(folder, "inner"));
    writeFileSync(join(folder, "a"), new Uint8Array(100_000).fill(1));
    writeFileSync(join(folder, "inner", "b"), new Uint8Array(200_000).fill(2));
    const bytes = folderBytes(folder);
    assert.ok(bytes >= 300_000 && bytes < 400_000, `${bytes} are about 300,000 bytes`);
    removeDataFolder(folder);
    assert.equal(existsSync(folder), false);
  });
});

describe("a settled value", () => {
  const settling = { intervalMs: 1, limitMs: 5, change: 0.01 };
  const says = (figures: (number | undefined)[]) => () => figures.length > 1 ? figures.shift() : figures[0];

  it("is the one that stays the same", async () => {
    assert.equal(await settled(says([10, 20, 30, 30, 40]), settling), 30);
  });

  it("is the last one when it goes on changing", async () => {
    let figure = 0;
    assert.equal(await settled(() => figure += 10, settling), 60);
  });

  it("is unknown when it can't be read any more", async () => {
    assert.equal(await settled(says([10, 20, undefined]), settling), undefined);
  });
});
