import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { runtime } from "../../src/runtime/current.ts";
import { TlsServer } from "./tls_server.ts";

const OPENSSL = "/usr/bin/openssl";

/** Returns whether OpenSSL's client gets a connection with a cipher and no other. */
function isServed(port: number, name: string): Promise<boolean> {
  const isLatest = name.startsWith("TLS_");
  // Security level 0, as OpenSSL's own client does without some of the ciphers.
  const cipher = isLatest ? ["-tls1_3", "-ciphersuites", name] : ["-tls1_2", "-cipher", `${name}@SECLEVEL=0`];
  return new Promise((resolve) => {
    const args = ["s_client", "-connect", `127.0.0.1:${port}`, ...cipher];
    const client = execFile(OPENSSL, args, (_, output) => resolve(output.includes(`Cipher is ${name}\n`)));
    client.stdin!.end();
  });
}

describe("cipher suites", () => {
  it("are those that a listener serves when none are configured", {
    skip: !existsSync(OPENSSL) && "needs OpenSSL's client",
  }, async () => {
    const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
    const servers = new Map<string, TlsServer>();
    try {
      // Which suites are possible depends on the key.
      for (const [kind, ...key] of [["rsa", "rsa:2048"], ["ecdsa", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]]) {
        const file = (end: string) => `${folder}/${kind}.${end}`;
        const files = ["-keyout", file("key"), "-out", file("pem")];
        const args = ["req", "-x509", "-newkey", ...key, "-nodes", "-days", "2", "-subj", "/CN=localhost", ...files];
        execFileSync(OPENSSL, args, { stdio: "ignore" });
        const read = (end: string) => ({ path: file(end), text: readFileSync(file(end), "utf8") });
        servers.set(kind, await TlsServer.start({ certfile: read("pem"), keyfile: read("key") }));
      }
      const clientHas = new Set(
        execFileSync(OPENSSL, ["ciphers", "-s", "-v", "ALL@SECLEVEL=0"], { encoding: "utf8" }).split("\n").map((line) =>
          line.split(" ")[0]
        ),
      );
      const { offered, all } = runtime.cipherSuites();
      const tried = all.filter(({ name }) => clientHas.has(name));
      const answers = await Promise.all(tried.map(({ name, keyExchange }) => {
        const { port } = servers.get(keyExchange.endsWith("ecdsa") ? "ecdsa" : "rsa")!;
        return isServed(port, name);
      }));
      const served = tried.filter((_, at) => answers[at]).map(({ name }) => name);
      assert.deepEqual(served, offered.filter((suite) => tried.includes(suite)).map(({ name }) => name));
      assert.ok(served.length >= 9, served.join());
    } finally {
      for (const server of servers.values()) server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("are all accepted by ssl_options.ciphers where ciphers can be chosen", async () => {
    const { offered, all } = runtime.cipherSuites();
    assert.ok(offered.every((suite) => all.includes(suite)));
    if (runtime.name === "Deno") return assert.deepEqual(all, offered);
    const server = await TlsServer.start({ ciphers: all.map(({ name }) => name) });
    server.close();
  });
});
