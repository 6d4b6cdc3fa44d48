import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { runAdmin } from "../../../src/cli/admin/run.ts";
import { pathOf } from "../../certificates/certificates.ts";
import { KeptTerminal } from "../ctl/kept_terminal.ts";

describe("rabbitmqadmin over TLS", () => {
  const servers: Server[] = [];
  let asked: string[] = [];
  before(async () => {
    for (const name of ["server", "server_elsewhere"]) {
      const [cert, key] = [`${name}.pem`, `${name}.key`].map((file) => readFileSync(pathOf(file)));
      const server = createServer({ cert, key }, (request, response) => {
        let body = "";
        request.on("data", (chunk) => body += chunk).on("end", () => {
          asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
          response.writeHead(request.method === "PUT" ? 204 : 200).end(request.method === "PUT" ? "" : "[]");
        });
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      servers.push(server);
    }
  });
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function runAt(server: Server, ...args: string[]): Promise<KeptTerminal & { exitCode?: number }> {
    asked = [];
    const terminal: KeptTerminal & { exitCode?: number } = new KeptTerminal("/");
    const { port } = server.address() as AddressInfo;
    const surroundings = {
      environment: () => undefined,
      fetch: () => Promise.reject(new Error("this is for HTTP")),
    };
    const all = ["-s", "-P", String(port), ...args];
    terminal.exitCode = await runAdmin(all, terminal, surroundings);
    return terminal;
  }

  const run = (...args: string[]) => runAt(servers[0], ...args);

  it("verifies the server by the authority that is named", async () => {
    const { stdout, stderr, exitCode } = await run("--ssl-ca-cert-file", pathOf("authority.pem"), "list", "users");
    assert.deepEqual([stdout, stderr, exitCode], ["No items\n", "", 0]);
    assert.deepEqual(asked, ["GET /api/users Basic Z3Vlc3Q6Z3Vlc3Q= "]);
  });

  it("refuses a server that it can't verify", async () => {
    const { stderr, exitCode } = await run("list", "users");
    assert.match(stderr, /^\*\*\* Could not connect: /);
    assert.equal(exitCode, 1);
    assert.deepEqual(asked, []);
  });

  it("takes any server with --ssl-insecure, and sends bodies whole", async () => {
    const { stdout } = await run("-k", "declare", "vhost", "name=a");
    assert.equal(stdout, "vhost declared\n");
    assert.deepEqual(asked, ['PUT /api/vhosts/a Basic Z3Vlc3Q6Z3Vlc3Q= {"name": "a", "vhost": "/"}']);
  });

  it("takes a certificate for another host where the name is not verified", async () => {
    const args = ["--ssl-ca-cert-file", pathOf("authority.pem"), "list", "users"];
    assert.match((await runAt(servers[1], ...args)).stderr, /^\*\*\* Could not connect: /);
    assert.equal((await runAt(servers[1], "--ssl-disable-hostname-verification", ...args)).stdout, "No items\n");
  });
});
