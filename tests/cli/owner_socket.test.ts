import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Sends a request to a socket, and returns the whole answer. */
function ask(path: string, line: string, ...headers: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = net.connect({ path }, () => {
      socket.write([line, "Host: localhost", "Connection: close", ...headers, "", ""].join("\r\n"));
    });
    socket.on("data", (chunk) => answer += chunk);
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("the socket in the data folder", () => {
  it("logs its owner in as an administrator, who needs no permissions", async () => {
    const data = `${folder}/a`;
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.address();
    const socket = `${data}/haremq.sock`;
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    assert.match(
      await ask(socket, "GET /api/whoami HTTP/1.1"),
      /200 OK[\s\S]*"name":"rmq-cli","tags":\["administrator"\]/,
    );
    assert.match(
      await ask(socket, "PUT /api/queues/%2F/q HTTP/1.1", "Content-Length: 0"),
      /^HTTP\/1\.1 201 Created/,
    );
  });

  it("serves other users with their credentials", async () => {
    const data = `${folder}/b`;
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.address();
    const guest = (password: string) => `Authorization: Basic ${btoa(`guest:${password}`)}`;
    const socket = `${data}/haremq.sock`;
    assert.match(await ask(socket, "GET /api/whoami HTTP/1.1", guest("guest")), /"name":"guest"/);
    assert.match(await ask(socket, "GET /api/whoami HTTP/1.1", guest("wrong")), /^HTTP\/1\.1 401/);
  });

  it("takes the place of one that a killed broker has left, and goes with its broker", async () => {
    const data = `${folder}/c`;
    const killed = new Haremq("--port", "0", "--data-dir", data);
    await killed.address();
    killed.child.kill("SIGKILL");
    await killed.ended;
    const socket = `${data}/haremq.sock`;
    assert.equal(existsSync(socket), true);
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.address();
    assert.match(await ask(socket, "GET /api/whoami HTTP/1.1"), /200 OK/);
    process.kill(haremq.child.pid!, "SIGTERM");
    assert.equal(await haremq.ended, 0);
    assert.equal(existsSync(socket), false);
  });

  it("is missing with a reason where the system has no such long path", async () => {
    const data = `${folder}/${"d".repeat(100)}`;
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.line(/The data folder has no socket for command-line tools, .*: its path \S+ has \d+ bytes, and the/);
    await haremq.address();
  });

  it("is missing with a reason where something else is in its place", async () => {
    const data = `${folder}/e`;
    mkdirSync(`${data}/haremq.sock`, { recursive: true });
    writeFileSync(`${data}/haremq.sock/file`, "");
    const haremq = new Haremq("--port", "0", "--data-dir", data);
    await haremq.line(/The data folder has no socket for command-line tools, .*: \S+ can't be listened on: /);
  });
});
