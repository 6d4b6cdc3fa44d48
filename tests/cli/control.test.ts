import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
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
