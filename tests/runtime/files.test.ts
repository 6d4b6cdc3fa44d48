import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runtime } from "../../src/runtime/current.ts";
import { openFolder } from "../../src/runtime/files.ts";
import { FolderInUseError, FolderNotUsableError } from "../../src/runtime/runtime.ts";
import { DiskFullError } from "../../src/store/files.ts";
import { bunCommand } from "../../tasks/bun.ts";
import { counting, describeFiles } from "../store/files_contract.ts";

const temporary = await mkdtemp(join(tmpdir(), "haremq-files-"));
after(() => rm(temporary, { recursive: true }));

let folders = 0;

/** Returns a path at which nothing exists. */
const newPath = () => join(temporary, String(++folders));

const thisRuntime = runtime.name === "Deno" ? [process.execPath, "eval", "--no-check"] : [process.execPath, "-e"];
const otherRuntime = runtime.name === "Deno" ? [bunCommand(), "-e"] : ["deno", "eval", "--no-check"];

/** Starts a process that opens a folder, prints the result, and keeps the folder open until it is killed. */
async function openElsewhere(path: string, [command, ...args]: string[]) {
  const current = fileURLToPath(new URL("../../src/runtime/current.ts", import.meta.url));
  const program = `const { runtime } = await import(${JSON.stringify(current)});
    try {
      await runtime.openFolder(${JSON.stringify(path)});
      console.log("opened");
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.message);
    }`;
  const child = spawn(command, [...args, program], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [chunk] = await once(child.stdout, "data");
  const said = new TextDecoder().decode(chunk).trim();
  const kill = async () => {
    child.kill("SIGKILL");
    await closed;
  };
  return { said, kill, processId: child.pid };
}

describeFiles("files in a folder", () => openFolder(newPath()), { openFilesKeepNames: process.platform === "win32" });

describe("files in a folder", () => {
  it("are in a folder that is made with its parents, for this user alone", async () => {
    const path = join(newPath(), "a", "b");
    const files = await openFolder(path);
    assert.equal(files.folder, path);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    await (await files.open("a", { create: true })).close();
    assert.equal((await stat(join(path, "a"))).mode & 0o777, 0o600);
  });

  it("are plain files only", async () => {
    const path = newPath();
    await mkdir(join(path, "folder"), { recursive: true });
    await writeFile(join(path, "file"), "");
    await symlink("file", join(path, "link"));
    assert.deepEqual(await (await openFolder(path)).list(), ["file"]);
  });

  it("are in no subfolder", async () => {
    const files = await openFolder(newPath());
    for (const name of ["", ".", "..", "../a", "a/b", "a\\b", "lock"]) {
      await assert.rejects(files.open(name, { create: true }), RangeError);
      await assert.rejects(files.remove(name), RangeError);
      await assert.rejects(files.rename("a", name), RangeError);
    }
  });

  it("report that the disk is full", { skip: !existsSync("/dev/full") }, async () => {
    const path = newPath();
    const files = await openFolder(path);
    await symlink("/dev/full", join(path, "a"));
    const file = await files.open("a");
    await assert.rejects(file.write(0, counting(0, 10)), (error: Error) => {
      assert.ok(error instanceof DiskFullError);
      assert.equal(
        error.message,
        `The disk, or the quota on it, is full: there is no room to write ${join(path, "a")}`,
      );
      return true;
    });
    await file.close();
  });

  it("report which file could not be read or written", async () => {
    const path = newPath();
    const files = await openFolder(path);
    await writeFile(join(path, "a"), "");
    const file = await files.open("a", { readOnly: true });
    await assert.rejects(file.write(0, counting(0, 10)), (error: Error) => error.message.startsWith(join(path, "a")));
    await file.close();
    await assert.rejects(files.open("b"), (error: Error) => error.message.includes(join(path, "b")));
  });
});

describe("a folder that was opened", () => {
  it("can't be opened again until it is unlocked", async () => {
    const path = newPath();
    const { files, unlock } = await runtime.openFolder(path);
    await assert.rejects(runtime.openFolder(path), FolderInUseError);
    assert.deepEqual(await files.list(), []);
    unlock();
    (await runtime.openFolder(path)).unlock();
  });

  for (const [name, command] of [["this runtime", thisRuntime], ["the other runtime", otherRuntime]] as const) {
    it(`can't be opened by another process on ${name}, which reports the holder`, async () => {
      const path = newPath();
      const { unlock } = await runtime.openFolder(path);
      const { said, kill } = await openElsewhere(path, command);
      assert.equal(
        said,
        `The data folder ${path} is in use by another HareMQ, process ${process.pid}. ` +
          "Stop that one, or choose another folder with --data-dir.",
      );
      await kill();
      unlock();
    });
  }

  it("is unlocked when the process that locks it is killed", async () => {
    const path = newPath();
    const { said, kill, processId } = await openElsewhere(path, thisRuntime);
    assert.equal(said, "opened");
    await assert.rejects(runtime.openFolder(path), new RegExp(`in use by another HareMQ, process ${processId}\\.`));
    await kill();
    const { unlock } = await runtime.openFolder(path);
    assert.equal(await readFile(join(path, "lock"), "utf8"), String(process.pid));
    unlock();
  });

  it("has an unknown holder before that one has written its id", async () => {
    const path = newPath();
    const { unlock } = await runtime.openFolder(path);
    await writeFile(join(path, "lock"), "");
    await assert.rejects(runtime.openFolder(path), /is in use by another HareMQ\. Stop that one/);
    unlock();
  });
});

describe("a folder that can't be used", () => {
  it("reports that a file is in its place, or in that of a parent", async () => {
    const file = newPath();
    await writeFile(file, "");
    for (const path of [file, join(file, "a"), join(file, "a", "b")]) {
      await assert.rejects(runtime.openFolder(path), (error: Error) => {
        assert.ok(error instanceof FolderNotUsableError);
        assert.equal(
          error.message,
          `The data folder ${path} can't be used: a file is where it, or a folder around it, should be. ` +
            "Remove that file, or choose another one with --data-dir.",
        );
        return true;
      });
    }
  });

  it("reports that the user is not permitted to write there", { skip: !existsSync("/sys/kernel") }, async () => {
    await assert.rejects(runtime.openFolder("/sys/haremq"), (error: Error) => {
      assert.ok(error instanceof FolderNotUsableError);
      assert.match(
        error.message,
        /^The data folder \/sys\/haremq can't be used: .+ choose another one with --data-dir\.$/,
      );
      return true;
    });
  });

  it("reports the system's text for everything else", () => {
    assert.equal(
      new FolderNotUsableError("/data", { code: "EIO", message: "EIO: i/o error, mkdir '/data'" }).message,
      "The data folder /data can't be used: EIO: i/o error, mkdir '/data'. Choose another one with --data-dir.",
    );
    assert.equal(
      new FolderNotUsableError("/data", { code: "EACCES", message: "" }).message,
      "The data folder /data can't be used: this user is not permitted to write there. " +
        "Have that changed, or choose another one with --data-dir.",
    );
  });

  it("is not left locked", async () => {
    const path = newPath();
    await mkdir(join(path, "lock"), { recursive: true });
    await assert.rejects(runtime.openFolder(path), FolderNotUsableError);
    await rm(join(path, "lock"), { recursive: true });
    (await runtime.openFolder(path)).unlock();
  });
});

describe("a folder that is opened to be read", () => {
  it("is not made when it does not exist", async () => {
    const path = newPath();
    await assert.rejects(runtime.openFolderToRead(path), (error: Error) => {
      assert.ok(error instanceof FolderNotUsableError);
      assert.match(error.message, /^The data folder \S+ can't be read: it does not exist\. Give the folder/);
      return true;
    });
    assert.ok(!existsSync(path));
  });

  it("stays as it is, without a lock too", async () => {
    const path = newPath();
    await mkdir(path);
    await writeFile(join(path, "a"), "a");
    const { files, unlock } = await runtime.openFolderToRead(path);
    assert.deepEqual(await files.list(), ["a"]);
    assert.ok(!existsSync(join(path, "lock")));
    unlock();
  });

  it("is nobody else's meanwhile", async () => {
    const path = newPath();
    const first = await runtime.openFolder(path);
    await assert.rejects(runtime.openFolderToRead(path), FolderInUseError);
    first.unlock();
    const lock = await readFile(join(path, "lock"), "utf8");
    const { unlock } = await runtime.openFolderToRead(path);
    await assert.rejects(runtime.openFolder(path), FolderInUseError);
    unlock();
    assert.equal(await readFile(join(path, "lock"), "utf8"), lock);
    (await runtime.openFolder(path)).unlock();
  });
});

describe("the CRC-32", () => {
  it("is that of zip files, and continues from that of earlier bytes", () => {
    const bytes = new TextEncoder().encode("123456789");
    assert.equal(runtime.crc32(bytes), 0xcbf43926);
    assert.equal(runtime.crc32(bytes.subarray(4), runtime.crc32(bytes.subarray(0, 4))), 0xcbf43926);
    assert.equal(runtime.crc32(new Uint8Array(0)), 0);
  });
});
