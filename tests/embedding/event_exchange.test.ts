import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openFileStore } from "../../src/store/file_store.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock } from "../fake_clock.ts";

const EVENTS = "amq.rabbitmq.event";

/** Starts a broker with a folder. */
async function start(files: MemoryFiles, vhost?: string): Promise<Broker> {
  const clock = new FakeClock();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  const store = await openFileStore({ files, after, diskFreeLimitBytes: 0 });
  return new Broker({ store, eventExchange: vhost === undefined ? undefined : { vhost } });
}

/** Returns the error text of a client that looks for the event exchange. */
async function findExchange(broker: Broker, virtualHost = "/"): Promise<string> {
  const client = await InProcessClient.open(broker, { virtualHost });
  client.send(1, "exchange.declare", { exchange: EVENTS, passive: true });
  const [{ method }] = await client.heard();
  client.finish();
  await client.connection.closed;
  return method.name;
}

describe("a broker's event exchange", () => {
  it("exists only when it is configured", async () => {
    assert.equal(await findExchange(new Broker()), "channel.close");
    assert.equal(await findExchange(new Broker({ eventExchange: { vhost: "/" } })), "exchange.declare-ok");
  });

  it("keeps its bindings over a restart, and is deleted when it is no longer configured", async () => {
    const files = new MemoryFiles();
    let broker = await start(files, "/");
    const client = await InProcessClient.open(broker);
    await client.request(1, "queue.declare", { queue: "audit", durable: true });
    await client.request(1, "queue.bind", { queue: "audit", exchange: EVENTS, routingKey: "queue.created" });
    await broker.close();

    broker = await start(files, "/");
    broker.vhost("/").queue("told");
    await broker.close();

    broker = await start(files);
    assert.equal(broker.vhost("/").queue("audit").messageCount, 1);
    assert.equal(await findExchange(broker), "channel.close");
    await broker.close();
  });

  it("moves when another virtual host is configured", async () => {
    const files = new MemoryFiles();
    await (await start(files, "/")).close();
    const broker = await start(files, "events");
    assert.equal(await findExchange(broker), "channel.close");
    await broker.close();
  });
});
