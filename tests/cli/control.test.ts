import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Sends a request to a broker's socket, and returns the status of the answer. */
function send(socketPath: string, method: string, path: string, json?: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", connection: "close" };
    http.request({ socketPath, method, path, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode!));
    }).on("error", reject).end(json === undefined ? undefined : JSON.stringify(json));
  });
}

/** Resolves when nobody listens on an address; the runtime may take a moment to close its socket. */
async function refused({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  const codeOf = () =>
    new Promise<string | undefined>((resolve) => {
      const socket = net.connect(port, host);
      socket.once("connect", () => resolve(undefined)).once("error", (error) =>
        resolve((error as { code?: string }).code));
      socket.once("connect", () =>
        socket.destroy());
    });
  while (await codeOf() !== "ECONNREFUSED");
}

describe("control of a running server", () => {
  it("sets the level of the log, and stops the server when everything is safe", async () => {
    const data = `${folder}/a`;
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.address();
    const socket = `${data}/haremq.sock`;

    assert.equal(await send(socket, "PUT", "/api/node/log-level", { level: "loud" }), 400);
    assert.equal(await send(socket, "PUT", "/api/node/log-level", { level: "error" }), 204);
    assert.equal(await send(socket, "PUT", "/api/node/limits/disk", { absolute: 1e15 }), 204);
    assert.equal(await send(socket, "PUT", "/api/node/log-level", { level: "info" }), 204);
    assert.equal(await send(socket, "PUT", "/api/node/limits/disk", { relative: 0 }), 204);
    await haremq.line(/\[info\] <0\.\d+\.0> disk alarm cleared/);
    assert.doesNotMatch(haremq.stdout, /disk alarm set/);

    assert.equal(await send(socket, "DELETE", "/api/node"), 204);
    assert.equal(await haremq.ended, 0);
    assert.match(haremq.stdout, /User 'rmq-cli' stops the broker/);
  });

  it("suspends the listeners for clients and resumes them, while connections stay open", async () => {
    const data = `${folder}/c`;
    const free = net.createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as net.AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const haremq = new Haremq("--port", String(port), "--data-dir", data);
    const address = await haremq.address();
    const put = (suspended: unknown) => send(`${data}/haremq.sock`, "PUT", "/api/node/listeners", { suspended });
    await using open = await RawClient.open(address);

    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await Promise.all([put(true), put(true)]), [204, 204]);
      await refused(address);
      await open.request(1, "queue.declare", { queue: `q${round}` });
      assert.deepEqual(await Promise.all([put(false), put(false)]), [204, 204]);
      await using _client = await RawClient.open(address);
    }
    assert.equal(await put("yes"), 400);

    assert.equal(await put(true), 204);
    await refused(address);
    const other = net.createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    assert.equal(await put(false), 503);
    await new Promise((resolve) => other.close(resolve));
    assert.equal(await put(false), 204);
  });

  it("sets the limit of memory by a part or a number of bytes", async () => {
    const data = `${folder}/b`;
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.address();
    const put = (json: unknown) => send(`${data}/haremq.sock`, "PUT", "/api/node/limits/memory", json);
    assert.equal(await put({ relative: 0.5 }), 204);
    assert.equal(await put({ absolute: 1e9 }), 204);
    for (const bad of [{}, { relative: 1, absolute: 1 }, { relative: -1 }, { absolute: "1GB" }]) {
      assert.equal(await put(bad), 400, JSON.stringify(bad));
    }
  });
});
