import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

const isBun = "Bun" in globalThis;
const hasIpv6 = Object.values(networkInterfaces()).flat().some((address) => address?.address === "::1");
/** Runs `ss`, which lists sockets and their options on Linux. */
const ss = (...flags: string[]): string => {
  try {
    return execFileSync("ss", flags, { encoding: "utf8" });
  } catch {
    return "";
  }
};

function configured(text: string): Haremq {
  const file = `${folder}/haremq.conf`;
  writeFileSync(file, text);
  return new Haremq("--config", file);
}

describe("listeners in the configuration", () => {
  it("may be several, with IPv6 addresses in brackets", async () => {
    const ipv6 = hasIpv6 ? "listeners.tcp.b = [::1]:0\n" : "";
    const haremq = configured(
      `listeners.tcp.a = 127.0.0.1:0\n${ipv6}listeners.tcp.c = 127.0.0.1:0\nnum_acceptors.tcp = 5\n`,
    );
    await haremq.line(/num_acceptors\.tcp has no effect: one process accepts and serves all connections/);
    const [, where] = await haremq.line(/accepting AMQP on (.*), data in/);
    const addresses = where.split(" and ");
    assert.equal(addresses.length, hasIpv6 ? 3 : 2);
    for (const address of addresses) {
      const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(address)!;
      await using _client = await RawClient.open({ host, port: Number(port) });
    }
  });

  it("set socket options, and report those that the runtime decides about", async () => {
    const haremq = configured(
      "listeners.tcp.a = 127.0.0.1:0\ntcp_listen_options.keepalive = true\ntcp_listen_options.backlog = 77\n" +
        "tcp_listen_options.sndbuf = 65536\n",
    );
    await haremq.line(/tcp_listen_options\.sndbuf has no effect: no runtime lets a program set this option/);
    if (isBun) await haremq.line(/tcp_listen_options\.backlog has no effect: Bun decides about it/);
    const address = await haremq.address();
    await using _client = await RawClient.open(address);
    const established = () => ss("-tnoH", "state", "established", `( sport = :${address.port} )`);
    // Until the last packet is acknowledged the socket has another timer.
    for (let i = 0; i < 50 && established().includes("timer:(on"); i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (established() !== "") assert.match(established(), /timer:\(keepalive/);
    const listening = ss("-ltnH", `( sport = :${address.port} )`);
    if (listening !== "" && !isBun) assert.match(listening, /\s77\s/);
  });
});
