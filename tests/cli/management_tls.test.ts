import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { pathOf, pem } from "../certificates/certificates.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

const SS = "/usr/bin/ss";

let count = 0;

/** Starts a broker whose management API is served with TLS, and returns it with the port. */
async function start(...lines: string[]): Promise<{ haremq: Haremq; port: number }> {
  const file = `${folder}/${++count}.conf`;
  const others = ["listeners.tcp.1 = 127.0.0.1:0", "prometheus.tcp.listener = none", "management.ssl.port = 0"];
  writeFileSync(file, [...others, ...lines].join("\n"));
  const haremq = new Haremq("--config", file, "--management-port", "0");
  const [, port] = await haremq.line(/management API on http:\S+ and https:\/\/127\.0\.0\.1:(\d+)/);
  return { haremq, port: Number(port) };
}

/** Asks who is logged in. Resolves with the status and the serial number of the server's certificate. */
function ask(port: number, options: https.RequestOptions = {}): Promise<{ status: number; serial: string }> {
  return new Promise((resolve, reject) => {
    const request = https.request({
      host: "localhost",
      port,
      path: "/api/whoami",
      auth: "guest:guest",
      ca: pem("authority.pem"),
      agent: false,
      ...options,
    }, (response) => {
      const { serialNumber } = (response.socket as unknown as import("node:tls").TLSSocket).getPeerCertificate();
      response.resume();
      resolve({ status: response.statusCode!, serial: serialNumber });
    });
    request.on("error", reject);
    request.end();
  });
}

describe("the management API over TLS", () => {
  it("has the backlog of its key, where the runtime has a choice", async () => {
    const files = ["certfile = " + pathOf("server.pem"), "keyfile = " + pathOf("server.key"), "backlog = 77"];
    const { haremq, port } = await start(...files.map((line) => `management.ssl.${line}`));
    if ("Bun" in globalThis) await haremq.line(/management\.ssl\.backlog has no effect: Bun decides about it/);
    else if (existsSync(SS)) {
      assert.match(execFileSync(SS, ["-ltnH", `( sport = :${port} )`], { encoding: "utf8" }), /\s77\s/);
    }
  });

  it("is served with the certificate of its keys, and with a changed one", async () => {
    const [certificate, key] = [`${folder}/certificate.pem`, `${folder}/key.pem`];
    copyFileSync(pathOf("server.pem"), certificate);
    copyFileSync(pathOf("server.key"), key);
    const { haremq, port } = await start(`management.ssl.certfile = ${certificate}`, `management.ssl.keyfile = ${key}`);
    const first = await ask(port);
    assert.equal(first.status, 200);
    copyFileSync(pathOf("server_renewed.key"), key);
    copyFileSync(pathOf("server_renewed.pem"), certificate);
    await haremq.line(/TLS listeners use changed certificates/);
    const second = await ask(port);
    assert.equal(second.status, 200);
    assert.notEqual(second.serial, first.serial);
  });

  it("requests certificates from clients where that is configured", async () => {
    const { port } = await start(
      `management.ssl.certfile = ${pathOf("server.pem")}`,
      `management.ssl.keyfile = ${pathOf("server.key")}`,
      `management.ssl.cacertfile = ${pathOf("authority.pem")}`,
      "management.ssl.verify = verify_peer",
      "management.ssl.fail_if_no_peer_cert = true",
    );
    await assert.rejects(ask(port));
    assert.equal((await ask(port, { cert: pem("client.pem"), key: pem("client.key") })).status, 200);
  });

  it("prevents a start with options that can't be used, and names the keys", async () => {
    const file = `${folder}/bad.conf`;
    for (
      const [lines, message] of [
        [["management.ssl.port = 0"], "management.ssl.certfile is missing: management.ssl needs it.\n"],
        [
          [`management.ssl.certfile = ${pathOf("server.pem")}`, `management.ssl.keyfile = ${pathOf("client.key")}`],
          `management.ssl.keyfile: ${pathOf("client.key")} is not the key of the certificate in ${
            pathOf("server.pem")
          }.\n`,
        ],
      ] as const
    ) {
      writeFileSync(file, lines.join("\n"));
      const haremq = new Haremq("--config", file, "--port", "0");
      assert.equal(await haremq.ended, 1);
      assert.equal(haremq.stderr, message);
    }
  });
});
