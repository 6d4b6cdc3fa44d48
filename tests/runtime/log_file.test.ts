import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { LogFile } from "../../src/runtime/log_file.ts";
import { lastRotation, parseRotationDate } from "../../src/config/rotation_date.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));

let count = 0;
const path = () => `${folder}/${++count}.log`;
const contentOf = (file: string) => readFileSync(file, "utf8");

describe("a log file", () => {
  it("is rotated when it is too long, and the newest files are kept", async () => {
    const file = path();
    const log = new LogFile(file, { maxBytes: 10, count: 2 });
    for (const line of ["first line\n", "second line\n", "third line\n", "fourth\n"]) await log.append(line);
    assert.equal(contentOf(file), "fourth\n");
    assert.equal(contentOf(`${file}.0`), "third line\n");
    assert.equal(contentOf(`${file}.1`), "second line\n");
    assert.equal(existsSync(`${file}.2`), false);
  });

  it("is cut between lines that come together", async () => {
    const file = path();
    const log = new LogFile(file, { maxBytes: 10, count: 5 });
    await log.append("first\nsecond\nthird\nfourth\n");
    assert.equal(contentOf(`${file}.0`), "first\nsecond\n");
    assert.equal(contentOf(file), "third\nfourth\n");
  });

  it("keeps no old files when none are wanted, and removes those that are too many", async () => {
    const file = path();
    for (const number of [0, 1, 2, 3]) writeFileSync(`${file}.${number}`, "old");
    writeFileSync(file, "long enough\n");
    await new LogFile(file, { maxBytes: 10, count: 2 }).append("a\n");
    assert.deepEqual(readdirSync(folder).filter((name) => file.endsWith(name.slice(0, -2))), [
      `${count}.log.0`,
      `${count}.log.1`,
    ]);
    writeFileSync(file, "long enough\n");
    await new LogFile(file, { maxBytes: 10, count: 0 }).append("a\n");
    assert.equal(contentOf(file), "a\n");
    assert.equal(existsSync(`${file}.0`), false);
  });

  it("is rotated at its time, even if nothing was written or the broker was stopped then", async () => {
    const file = path();
    const log = new LogFile(file, { lastTime: () => lastRotation(parseRotationDate("$D0")!, new Date()), count: 2 });
    await log.append("yesterday\n");
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(file, yesterday, yesterday);
    await log.append("today\n");
    await log.append("still today\n");
    assert.equal(contentOf(`${file}.0`), "yesterday\n");
    assert.equal(contentOf(file), "today\nstill today\n");
  });

  it("is compressed when it is old", async () => {
    const file = path();
    const log = new LogFile(file, { maxBytes: 10, count: 2, isCompressed: true });
    for (const line of ["first line\n", "second line\n", "third line\n", "fourth\n"]) await log.append(line);
    assert.equal(gunzipSync(readFileSync(`${file}.0.gz`)).toString(), "third line\n");
    assert.equal(gunzipSync(readFileSync(`${file}.1.gz`)).toString(), "second line\n");
    assert.equal(existsSync(`${file}.0`), false);
  });

  it("is created again after it was moved away, with its folder", async () => {
    const file = path();
    const log = new LogFile(`${folder}/new/${count}.log`);
    await log.append("one\n");
    renameSync(`${folder}/new`, `${folder}/moved`);
    await log.append("two\n");
    assert.equal(contentOf(`${folder}/new/${count}.log`), "two\n");
    assert.equal(existsSync(file), false);
  });
});
