import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { UnixSocketError } from "../../src/runtime/runtime.ts";
import { listenOnPath } from "../../src/runtime/unix_socket.ts";

const temporary = mkdtempSync(join(tmpdir(), "haremq-unix-"));
after(() => rmSync(temporary, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

async function listen(path: string) {
  const server = createServer();
  server.listen({ path });
  await once(server, "listening");
  return { close: () => void server.close() };
}

describe("a Unix-domain socket", { skip: process.platform === "win32" }, () => {
  it("is its owner's alone, is made where others can't come, and leaves nothing", async () => {
    const folder = mkdtempSync(join(temporary, "a"));
    const path = join(folder, "socket");
    let mode: number | undefined;
    const listener = await listenOnPath(path, async (made) => {
      assert.ok(made.length <= path.length);
      const listener = await listen(made);
      mode = modeOf(dirname(made));
      return listener;
    });
    assert.equal(mode, 0o700);
    assert.equal(modeOf(path), 0o600);
    assert.deepEqual(readdirSync(folder), ["socket"]);
    listener.close();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("does not change the modes of files that are made meanwhile", async () => {
    const folder = mkdtempSync(join(temporary, "b"));
    const make = (name: string) => {
      mkdirSync(join(folder, name));
      return modeOf(join(folder, name));
    };
    let meanwhile: number | undefined;
    const listener = await listenOnPath(join(folder, "socket"), (made) => {
      meanwhile = make("meanwhile");
      return listen(made);
    });
    assert.equal(meanwhile, make("after"));
    listener.close();
  });

  it("replaces one that a killed process has left, and what it left half made", async () => {
    const folder = mkdtempSync(join(temporary, "c"));
    const path = join(folder, "socket");
    writeFileSync(path, "");
    mkdirSync(join(folder, ".s"));
    writeFileSync(join(folder, ".s", "s"), "");
    const listener = await listenOnPath(path, listen);
    assert.equal(modeOf(path), 0o600);
    assert.deepEqual(readdirSync(folder), ["socket"]);
    listener.close();
  });

  it("is closed again, with a reason, where a folder is in its place", async () => {
    const folder = mkdtempSync(join(temporary, "d"));
    const path = join(folder, "socket");
    mkdirSync(path);
    let isClosed = false;
    const listening = listenOnPath(path, async (made) => {
      const listener = await listen(made);
      return {
        close() {
          isClosed = true;
          listener.close();
        },
      };
    });
    await assert.rejects(listening, UnixSocketError);
    assert.equal(isClosed, true);
    assert.deepEqual(readdirSync(folder), ["socket"]);
  });
});
