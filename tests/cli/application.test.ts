import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import type { ToolName } from "../../src/cli/ctl/command.ts";
import { RawClient } from "../raw_client.ts";
import { runHere } from "./ctl/run_here.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Runs a command with the broker of a data folder. */
async function run(data: string, tool: ToolName, ...args: string[]): Promise<[code: number, text: string]> {
  const { code, stdout, stderr } = await runHere(folder, data, tool, args);
  return [code, stdout + stderr];
}

/** Starts a broker on a port that it keeps, with its management API. */
async function start(name: string) {
  const ports = await freePorts(2);
  const data = `${folder}/${name}`;
  const haremq = new Haremq("--port", `${ports[0]}`, "--management-port", `${ports[1]}`, "--data-dir", data);
  const address = await haremq.address();
  const ctl = (...args: string[]) => run(data, "rabbitmqctl", "-q", ...args);
  return { haremq, data, address, ctl, managementPort: ports[1] };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Resolves to whether somebody listens on a port. */
const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

describe("the application of a node", () => {
  it("stops with its listeners and connections, and starts again with what is durable", async () => {
    const { haremq, address, ctl, managementPort } = await start("again");
    const client = await RawClient.open(address);
    await client.request(1, "queue.declare", { queue: "kept", durable: true });
    await client.request(1, "queue.declare", { queue: "lost", exclusive: true });

    const closed = client.receiveClose(0);
    assert.deepEqual(await ctl("stop_app"), [0, ""]);
    assert.equal((await closed)[0], 320);
    assert.deepEqual(await Promise.all([isOpen(address.port), isOpen(managementPort)]), [false, false]);
    assert.equal(haremq.child.exitCode, null);
    assert.match((await ctl("environment"))[1], /^listeners\.tcp\./m);

    assert.deepEqual(await ctl("start_app"), [0, ""]);
    assert.equal(await isOpen(managementPort), true);
    assert.deepEqual(await ctl("list_queues", "name"), [0, "name\nkept\n"]);
    await using _other = await RawClient.open(address);
  });

  it("forgets everything when it is reset, of the data folder only what the broker stores", async () => {
    const { data, ctl } = await start("reset");
    assert.deepEqual(await ctl("add_user", "alice", "secret"), [0, ""]);
    writeFileSync(`${data}/notes.txt`, "of the owner");
    assert.equal((await ctl("reset"))[0], 64);
    assert.deepEqual(await ctl("stop_app"), [0, ""]);
    assert.deepEqual(await ctl("reset"), [0, ""]);
    assert.deepEqual(readdirSync(data).filter((name) => /^(journal|segment|snapshot|reset)/.test(name)), []);
    assert.ok(readdirSync(data).includes("notes.txt"));
    assert.deepEqual(await ctl("start_app"), [0, ""]);
    assert.deepEqual(await ctl("list_users"), [0, "user\ttags\nguest\t[administrator]\n"]);
  });

  it("stays stopped when it can't start, and says why", async () => {
    const { address, ctl } = await start("taken");
    assert.deepEqual(await ctl("stop_app"), [0, ""]);
    const other = net.createServer().listen(address.port, "127.0.0.1");
    await once(other, "listening");
    const [code, text] = await ctl("start_app");
    assert.deepEqual([code, /another program is using that port/.test(text)], [69, true], text);
    assert.deepEqual(await ctl("await_startup", "-t", "1"), [69, "Error:\nrabbit_is_not_running\n"]);
    await new Promise((resolve) => other.close(resolve));
    assert.deepEqual(await Promise.all([ctl("start_app"), ctl("start_app")]), [[0, ""], [0, ""]]);
    assert.deepEqual(await ctl("await_startup"), [0, ""]);
  });

  it("is waited for while it is stopped, as RabbitMQ's commands do", async () => {
    const { haremq, ctl } = await start("waited");
    assert.deepEqual(await ctl("stop_app"), [0, ""]);
    const waiting = [ctl("wait", "--pid", `${haremq.child.pid}`), ctl("await_startup")];
    let isOver = false;
    void Promise.race(waiting).then(() => isOver = true);
    assert.equal((await ctl("environment"))[0], 0);
    assert.equal(isOver, false);
    assert.deepEqual(await ctl("start_app"), [0, ""]);
    assert.deepEqual(await Promise.all(waiting), [[0, ""], [0, ""]]);
  });

  it("lets its node end while it is stopped, by a signal and by a command", async () => {
    const [signalled, told] = await Promise.all([start("signalled"), start("told")]);
    await Promise.all([signalled.ctl("stop_app"), told.ctl("stop_app")]);
    process.kill(signalled.haremq.child.pid!, "SIGTERM");
    assert.equal((await told.ctl("shutdown"))[0], 0);
    assert.deepEqual(await Promise.all([signalled.haremq.ended, told.haremq.ended]), [0, 0]);
  });

  it("is stopped by the owner of the data folder alone", async () => {
    const { data, managementPort } = await start("far");
    const url = `http://127.0.0.1:${managementPort}`;
    for (const command of ["stop_app", "start_app"]) {
      assert.deepEqual(await run(data, "rabbitmqctl", "-q", command, "--url", url), [
        69,
        `Error:\n${command} reaches a broker by the socket in its data folder only: run it on its machine, without --url.\n`,
      ]);
    }
  });
});
