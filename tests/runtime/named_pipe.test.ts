import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { openHttpServer } from "../../src/cli/http_listeners.ts";
import { listenOnPipe, pipeFetcher } from "../../src/runtime/named_pipe.ts";
import { UnixSocketError } from "../../src/runtime/runtime.ts";

const temporary = await mkdtemp(join(tmpdir(), "haremq-pipe-"));
after(() => rm(temporary, { recursive: true }));

/** Windows has pipes in no folder. Elsewhere a socket in a folder stands in for a pipe. */
const pipeName = (name: string): string | undefined =>
  process.platform === "win32" ? undefined : join(temporary, `${name}.pipe`);

describe("a named pipe", () => {
  it("carries requests to whoever reads its name in a file, which goes when the listener closes", async () => {
    const path = join(temporary, "a");
    const server = await openHttpServer({ compress: false }, async (request) => {
      const { method, url } = request;
      return new Response(`${method} ${new URL(url).pathname} ${await request.text()}`, { status: 201 });
    });
    const listener = await listenOnPipe(path, (transport) => server.accept(transport), pipeName("a"));
    const fetch = pipeFetcher(path);
    for (const body of ["one", "x".repeat(1_000_000)]) {
      const response = await fetch("http://localhost/api/x", { method: "PUT", body });
      assert.equal(response.status, 201);
      assert.equal(await response.text(), `PUT /api/x ${body}`);
    }
    listener.close();
    await server.close();
    assert.ok(!existsSync(path));
    await assert.rejects(fetch("http://localhost/", {}), { code: "ENOENT" });
  });

  it("has its name in a file of the owner alone, and a name that nobody can guess by default", async () => {
    const path = join(temporary, "b");
    const server = await openHttpServer({ compress: false }, () => Promise.resolve(new Response()));
    const listener = await listenOnPipe(path, (transport) => server.accept(transport), pipeName("b"));
    if (process.platform === "win32") {
      assert.match(await readFile(path, "utf8"), /^\\\\\.\\pipe\\haremq-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    } else {
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.equal(await readFile(path, "utf8"), pipeName("b"));
    }
    listener.close();
    await server.close();
  });

  it("reports why it can't be listened on", async () => {
    const name = join(temporary, "missing", "pipe");
    await assert.rejects(listenOnPipe(join(temporary, "c"), () => {}, name), UnixSocketError);
    assert.ok(!existsSync(join(temporary, "c")));
  });
});
