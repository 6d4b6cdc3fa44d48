import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openFileStore } from "../../src/store/file_store.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock } from "../fake_clock.ts";

const EVENTS = "amq.rabbitmq.event";

/** A broker on a folder. */
async function start(files: MemoryFiles, vhost?: string): Promise<Broker> {
  const clock = new FakeClock();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  const store = await openFileStore({ files, after, diskFreeLimitBytes: 0 });
  return new Broker({ store, eventExchange: vhost === undefined ? undefined : { vhost } });
}

/** What a client is told that asks for the event exchange. */
async function findExchange(broker: Broker, virtualHost = "/"): Promise<string> {
  const client = await InProcessClient.open(broker, { virtualHost });
  client.send(1, "exchange.declare", { exchange: EVENTS, passive: true });
  const [{ method }] = await client.heard();
  client.finish();
  await client.connection.closed;
  return method.name;
}

describe("a broker's event exchange", () => {
  it("is there when it was asked for only", async () => {
    assert.equal(await findExchange(new Broker()), "channel.close");
    assert.equal(await findExchange(new Broker({ eventExchange: { vhost: "/" } })), "exchange.declare-ok");
  });

  it("keeps its bindings over a restart, and goes when nobody asks for it any more", async () => {
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

  it("moves when another virtual host is asked for", async () => {
    const files = new MemoryFiles();
    await (await start(files, "/")).close();
    const broker = await start(files, "events");
    assert.equal(await findExchange(broker), "channel.close");
    await broker.close();
  });
});
