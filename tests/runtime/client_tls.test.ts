import assert from "node:assert/strict";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer, type TlsOptions, type TLSSocket } from "node:tls";
import { after, describe, it } from "node:test";
import type { ClientTls } from "../../src/runtime/client_tls.ts";
import { runtime } from "../../src/runtime/current.ts";
import { pem } from "../certificates/certificates.ts";

const ca = pem("authority.pem");
const servers: Server[] = [];

/** Starts a web server that answers with version and cipher of the connection, and the name that it was asked for. */
async function serve(name: string, options: TlsOptions = {}, delayMs = 0): Promise<string> {
  const server = createServer({ cert: pem(`${name}.pem`), key: pem(`${name}.key`), ...options }, (socket) => {
    const { servername } = socket as TLSSocket & { servername?: string };
    const body = `${socket.getProtocol()} ${socket.getCipher().name} ${servername || "-"}`;
    const answer = () =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
    socket.once("data", () => setTimeout(answer, delayMs));
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}/`;
}

const ask = async (url: string, tls: ClientTls, connectTimeoutMs?: number): Promise<string> =>
  await (await runtime.fetcher(tls, connectTimeoutMs)(url, { method: "GET" })).text();

describe("requests by TLS", () => {
  after(() => servers.forEach((server) => server.close()));

  it("use the versions that are chosen", async () => {
    const url = await serve("server");
    assert.match(await ask(url, { ca, versions: ["tlsv1.2"] }), /^TLSv1\.2 /);
    assert.match(await ask(url, { ca, versions: ["tlsv1.3"] }), /^TLSv1\.3 /);
    const modern = await serve("server", { minVersion: "TLSv1.3" });
    await assert.rejects(ask(modern, { ca, versions: ["tlsv1.2"] }));
  });

  it("use the ciphers that are chosen where the runtime has a choice, and are refused before where not", async () => {
    const url = await serve("server");
    const tls: ClientTls = { ca, ciphers: ["ECDHE-ECDSA-AES256-GCM-SHA384"] };
    if (runtime.name === "Deno") {
      assert.throws(
        () => runtime.checkClientTls("auth_http.ssl_options", tls),
        { message: "auth_http.ssl_options.ciphers: Deno has one list of ciphers. Leave them out, or run on Bun." },
      );
      return;
    }
    runtime.checkClientTls("auth_http.ssl_options", tls);
    assert.match(await ask(url, tls), /^TLSv1\.2 ECDHE-ECDSA-AES256-GCM-SHA384 /);
    const wrong: readonly [Partial<ClientTls>, RegExp][] = [
      [{ ciphers: ["NONE-SUCH"] }, /has no cipher "NONE-SUCH"/],
      [{ ciphers: ["ALL"] }, /has no cipher "ALL"/],
      [{ ciphers: ["TLS_AES_128_GCM_SHA256"] }, /has all ciphers of TLS 1\.3 or none/],
      [{ ciphers: ["ECDHE-ECDSA-AES256-GCM-SHA384"], versions: ["tlsv1.3"] }, /none of them is for tlsv1\.3/],
    ];
    for (const [options, problem] of wrong) assert.throws(() => runtime.checkClientTls("s", options), problem);
  });

  it("ask for a name of the server, and verify that its certificate has it", async () => {
    const url = await serve("server_elsewhere");
    await assert.rejects(ask(url, { ca }));
    assert.match(await ask(url, { ca, serverName: "elsewhere.example" }), / elsewhere\.example$/);
    await assert.rejects(ask(await serve("server"), { ca, serverName: "elsewhere.example" }));
    assert.match(await ask(url, { ca, serverName: "" }), / \S+ (-|localhost)$/);
    await assert.rejects(ask(url, { ca: pem("another_authority.pem"), serverName: "" }));
  });

  it("refuse a certificate for all names in a domain where it must have the very name", async () => {
    const wildcards = pem("wildcard_authority.pem");
    const url = await serve("server_wildcard");
    const exact: ClientTls = { ca: wildcards, verifies: "certificate and exact host" };
    assert.match(await ask(url, { ca: wildcards, serverName: "field.rabbits.example" }), / field\.rabbits\.example$/);
    await assert.rejects(ask(url, { ...exact, serverName: "field.rabbits.example" }));
    assert.match(await ask(url, { ...exact, serverName: "Burrow.rabbits.example" }), / burrow\.rabbits\.example$/i);
    await assert.rejects(ask(url, { ...exact, serverName: "burrow.hares.example" }));
    await assert.rejects(ask(url, { ...exact, ca, serverName: "burrow.rabbits.example" }));
    const here = (await serve("server")).replace("localhost", "127.0.0.1");
    assert.match(await ask(here, { ca, verifies: "certificate and exact host" }), /^TLSv1\.3 /);
  });

  it("verify nothing where that is chosen", async () => {
    for (const name of ["server_elsewhere", "server_expired"]) {
      const url = await serve(name);
      assert.match(await ask(url, { verifies: "nothing" }), /^TLSv1\.3 /);
      await assert.rejects(ask(url, { ca, depth: 5 }), name);
    }
  });

  it("refuse a server with too many authorities between its certificate and a trusted one", async () => {
    const url = await serve("client_far");
    const far: ClientTls = { ca, serverName: "far.example" };
    assert.match(await ask(url, { ...far, depth: 2 }), /^TLSv1\.3 /);
    await assert.rejects(ask(url, { ...far, depth: 1 }));
    assert.match(await ask(await serve("server"), { ca, depth: 0 }), /^TLSv1\.3 /);
  });

  it("give up connecting after their time, and not the answer", async () => {
    const held: Socket[] = [];
    const silent = createTcpServer((socket) => void held.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      await assert.rejects(ask(`https://localhost:${port}/`, { ca }, 100), { name: "ConnectTimeoutError" });
      assert.match(await ask(await serve("server", {}, 1500), { ca }, 1000), /^TLSv1\.3 /);
    } finally {
      silent.close();
      held.forEach((socket) => socket.destroy());
    }
  });
});
