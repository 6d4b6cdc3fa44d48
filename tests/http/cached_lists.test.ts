import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { HttpClient } from "./http_client.ts";

const COUNT = 1000;

/** Opens a broker with a thousand queues, whose clock stands still. */
async function openBroker(clock = new FakeClock()) {
  const broker = new Broker({ clock });
  const client = new HttpClient(broker);
  const queues = Array.from({ length: COUNT }, (_, index) => ({ vhost: "/", name: `q${index}`, durable: true }));
  const imported = client.post("/api/definitions", { queues });
  await settled();
  await clock.advance(0);
  assert.equal((await imported).status, 204);
  return { broker, client };
}

async function addUser(client: HttpClient, name: string, tags: string): Promise<void> {
  await client.put(`/api/users/${name}`, { password: "secret", tags });
}

const allowed = { configure: "", write: "", read: "" };

describe("a list that clients poll (management.db_cache_multiplier)", () => {
  it("shows the numbers of the moment at which it was made, while it is kept", async () => {
    const clock = new FakeClock();
    const { broker, client } = await openBroker(clock);
    const amqp = await InProcessClient.open(broker);
    const read = async (query = "") => (await client.get(`/api/queues/%2F${query}`)).json;
    assert.equal((await read())[0].messages, 0);
    amqp.publish(1, { routingKey: "q0", body: "x" });
    await settled();
    assert.equal((await read())[0].messages, 0);
    assert.equal((await read("?page=1")).items[0].messages, 1);
    assert.equal((await read("?lengths_age=10&lengths_incr=5"))[0].messages, 1);
    await clock.advance(0);
    assert.equal((await read())[0].messages, 1);
  });

  it("has each queue that was declared before the request, none that was deleted, and their present policies", async () => {
    const { client } = await openBroker();
    const read = async () => (await client.get("/api/queues")).json;
    assert.equal((await read()).length, COUNT);
    await client.put("/api/queues/%2F/new");
    assert.equal((await read()).length, COUNT + 1);
    await client.delete("/api/queues/%2F/q0");
    assert.equal((await read()).some(({ name }: { name: string }) => name === "q0"), false);
    await client.put("/api/policies/%2F/short", { pattern: "^new$", definition: { "max-length": 5 } });
    assert.equal((await read())[0].policy, "short");
  });

  it("has pages in order, of the queues that there are, with their present numbers", async () => {
    const { broker, client } = await openBroker();
    const amqp = await InProcessClient.open(broker);
    const read = async (query: string) => (await client.get(`/api/queues?page=1&page_size=2&${query}`)).json;
    const names = async (query: string) => (await read(query)).items.map(({ name }: { name: string }) => name).join();
    assert.equal(await names(""), "q0,q1");
    assert.equal(await names("sort_reverse=true"), "q999,q998");
    assert.equal(await names("name=q7&columns=name"), "q7,q70");
    assert.equal(await names("name=7$&use_regex=true"), "q107,q117");
    amqp.publish(1, { routingKey: "q0", body: "x" });
    await settled();
    assert.equal((await read("sort=name")).items[0].messages, 1);
    await client.put("/api/queues/%2F/new");
    await client.delete("/api/queues/%2F/q7");
    assert.deepEqual([await names(""), (await read("")).total_count], ["new,q0", COUNT]);
    assert.equal(await names("name=q7&columns=name"), "q70,q700");
  });

  it("has only what the user may see at the time of the request", async () => {
    const { client, broker } = await openBroker();
    await client.put("/api/vhosts/other");
    await client.put("/api/queues/other/theirs");
    await addUser(client, "worker", "management");
    await client.put("/api/permissions/other/worker", allowed);
    await client.put("/api/permissions/%2F/worker", allowed);
    const worker = new HttpClient(broker, "worker:secret");
    const count = async (from: HttpClient) => (await from.get("/api/queues")).json.length;
    assert.deepEqual([await count(client), await count(worker)], [COUNT + 1, COUNT + 1]);
    await client.delete("/api/permissions/other/worker");
    assert.deepEqual([await count(client), await count(worker)], [COUNT + 1, COUNT]);
    await client.delete("/api/permissions/%2F/worker");
    assert.deepEqual([await count(client), await count(worker)], [COUNT + 1, 0]);
    await client.delete("/api/users/worker");
    assert.equal((await worker.get("/api/queues")).status, 401);
  });

  it("has only the user's own channels once the user may not see others any more", async () => {
    const broker = new Broker({ clock: new FakeClock() });
    const client = new HttpClient(broker);
    await InProcessClient.open(broker, { channels: Array.from({ length: COUNT }, (_, index) => index + 1) });
    await addUser(client, "watcher", "monitoring");
    const watcher = new HttpClient(broker, "watcher:secret");
    const count = async (path: string) => (await watcher.get(path)).json.length;
    assert.deepEqual([await count("/api/channels"), await count("/api/connections")], [COUNT, 1]);
    await addUser(client, "watcher", "management");
    assert.deepEqual([await count("/api/channels"), await count("/api/connections")], [0, 0]);
  });

  it("is made for each request with the multiplier 0", async () => {
    const broker = new Broker({ clock: new FakeClock(), management: { dbCacheMultiplier: 0 } });
    const client = new HttpClient(broker);
    const amqp = await InProcessClient.open(broker, {
      channels: Array.from({ length: COUNT }, (_, index) => index + 1),
    });
    await amqp.request(1, "queue.declare", { queue: "q" });
    const published = async () =>
      (await client.get("/api/channels")).json.find(({ number }: { number: number }) => number === 1).message_stats;
    assert.equal((await published())?.publish, undefined);
    amqp.publish(1, { routingKey: "q", body: "x" });
    await settled();
    assert.equal((await published()).publish, 1);
  });
});
