import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, ConnectionError } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";

const hasCode = (code: number) => (error: unknown): boolean =>
  (error instanceof ChannelError || error instanceof ConnectionError) && error.code === code;

describe("a request of a program", () => {
  it("gets the reply of whoever consumes it", async () => {
    const vhost = new Broker().vhost("/");
    const doubles = vhost.queue("double");
    doubles.subscribe((batch) => {
      for (const call of batch) call.reply(String(2 * Number(call.text())));
      batch.ack();
    });
    const replies = await Promise.all([1, 2, 3].map((n) => vhost.request({ routingKey: "double", body: String(n) })));
    assert.deepEqual(replies.map((reply) => reply.text()), ["2", "4", "6"]);
    assert.equal(doubles.unackedCount, 0);
  });

  it("is answered by an AMQP client, and the other way round", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    vhost.queue("calls");
    const client = await InProcessClient.open(broker);
    await client.request(1, "basic.consume", { queue: "calls", noAck: true });
    const reply = vhost.request({
      routingKey: "calls",
      body: "from the program",
      properties: { contentType: "text/plain" },
    });
    const call = await client.receiveAll(1, "basic.deliver");
    assert.equal(call.body, "from the program");
    const waiting = vhost.queue("calls").get();
    assert.equal(await waiting, undefined);
    // The program's requests are numbered.
    const [replyQueue] = broker.node.vhosts.get("/")!.replyQueues.keys();
    client.publish(1, { routingKey: replyQueue, body: "answer", properties: { correlationId: "1" } });
    assert.equal((await reply).text(), "answer");
  });

  it("fails when nobody takes it, a queue refuses it, or no reply comes in time", async () => {
    const clock = new FakeClock();
    const vhost = new Broker({ clock }).vhost("/");
    await assert.rejects(vhost.request({ routingKey: "nobody", body: "?" }), hasCode(312));
    vhost.queue("full", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    await assert.rejects(vhost.request({ routingKey: "full", body: "?" }), hasCode(506));
    await assert.rejects(vhost.request({ exchange: "nowhere", body: "?" }), hasCode(404));
    const calls = vhost.queue("calls");
    const late = vhost.request({ routingKey: "calls", body: "?" }, { timeoutMs: 1000 });
    const rejected = assert.rejects(late, { name: "TimeoutError" });
    await clock.advance(1000);
    await rejected;
    // A reply that nobody waits for any more is dropped.
    assert.equal(await (await calls.get({ noAck: true }))!.reply("too late"), "confirmed");
    assert.equal(clock.timerCount, 0);
  });

  it("can be given up", async () => {
    const vhost = new Broker().vhost("/");
    vhost.queue("calls");
    const abort = new AbortController();
    const request = vhost.request({ routingKey: "calls", body: "?" }, { signal: abort.signal });
    const rejected = assert.rejects(request, /never mind/);
    await settled();
    abort.abort(new Error("never mind"));
    await rejected;
    await assert.rejects(vhost.request({ routingKey: "calls", body: "?" }, { signal: abort.signal }), /never mind/);
  });

  it("is refused when 10,000 others wait", async () => {
    const vhost = new Broker({ clock: new FakeClock() }).vhost("/");
    const calls = vhost.queue("calls");
    const requests = Array.from({ length: 10_000 }, () => vhost.request({ routingKey: "calls", body: "?" }));
    await assert.rejects(vhost.request({ routingKey: "calls", body: "?" }), hasCode(506));
    await settled();
    const batch =
      (await calls.consumeBatches({ noAck: true, prefetch: 0 }, { highWaterMark: 10_000 }).getReader().read()).value!;
    for (const call of batch) call.reply("!");
    assert.equal((await Promise.all(requests)).length, 10_000);
  });

  it("tells whoever replies that the requester is gone, or asks for no reply", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    const calls = vhost.queue("calls");
    const request = vhost.request({ routingKey: "calls", body: "?" });
    const rejected = assert.rejects(request, hasCode(320));
    await settled();
    vhost.close();
    await rejected;
    const call = (await broker.vhost("/").queue("calls").get())!;
    // RabbitMQ returns no replies.
    assert.ok(["returned", "confirmed"].includes(await call.reply("!")));
    assert.throws(() => calls.publish("?"), hasCode(320));
    await broker.vhost("/").queue("calls").publish("no request");
    call.ack();
    assert.throws(() => call.reply({ body: "!", delayMs: -1 }), RangeError);
    const other = (await broker.vhost("/").queue("calls").get())!;
    assert.throws(() => other.reply("!"), hasCode(406));
  });
});
