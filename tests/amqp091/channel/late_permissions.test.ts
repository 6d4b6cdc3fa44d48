import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Access, Broker, type Operation, type Resource, type Topic } from "../../../mod.ts";
import type { MethodOf } from "../../../src/amqp091/methods.ts";
import { preconditionFailed } from "../../../src/wire/error.ts";
import { settled } from "../../fake_clock.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { publishFrames } from "../../frames.ts";
import { InProcessClient } from "../in_process_client.ts";

interface Question {
  readonly about: string;
  answer(may: boolean): void;
  fail(): void;
}

/** Access that answers at once, except for names that begin with "late": these are answered when a test says so. */
class LateAccess implements Access {
  version = 0;
  readonly questions: Question[] = [];

  login() {
    return { name: "guest", tags: [] };
  }
  mayOpen(): boolean {
    return true;
  }
  may(_user: unknown, operation: Operation, { kind, name }: Resource): boolean | Promise<boolean> {
    return this.#ask(name, `${operation} ${kind} ${name}`);
  }
  mayUseTopic(_user: unknown, operation: Operation, { exchange, routingKey }: Topic): boolean | Promise<boolean> {
    return this.#ask(routingKey, `${operation} topic ${exchange} ${routingKey}`);
  }

  #ask(name: string, about: string): boolean | Promise<boolean> {
    if (!name.startsWith("late") && !name.startsWith("amq.gen")) return true;
    return new Promise((resolve, reject) => {
      this.questions.push({ about, answer: resolve, fail: () => reject(new Error("the backend is down")) });
    });
  }
}

async function open(channels = [1, 2]) {
  const access = new LateAccess();
  const broker = new Broker({ access });
  const client = await InProcessClient.open(broker, { channels });
  return { access, broker, client };
}

const bodies = async (client: InProcessClient, queue: string, count: number): Promise<string[]> => {
  const all: string[] = [];
  for (let i = 0; i < count; i++) {
    client.send(2, "basic.get", { queue, noAck: true });
    all.push((await client.receiveAll(2, "basic.get-ok")).body!);
  }
  return all;
};

describe("a late answer to a permission", () => {
  it("makes its channel wait, and no other", async () => {
    const { access, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    client.send(1, "queue.declare", { queue: "behind" });
    await client.request(2, "queue.declare", { queue: "other" });
    assert.deepEqual(await client.heardNames(), []);
    access.questions[0].answer(true);
    assert.equal((await client.receive(1, "queue.declare-ok")).queue, "late");
    assert.equal((await client.receive(1, "queue.declare-ok")).queue, "behind");
    assert.deepEqual(access.questions.map(({ about }) => about), ["configure queue late"]);
  });

  it("closes its channel when it refuses, and what follows on the channel is dropped", async () => {
    const { access, broker, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    client.send(1, "queue.declare", { queue: "behind" });
    await settled();
    access.questions[0].answer(false);
    const { replyCode, replyText, classId, methodId } = await client.receive(1, "channel.close");
    assert.deepEqual([replyCode, classId, methodId], [403, 50, 10]);
    assert.match(replyText, /configure access to queue 'late' in vhost '\/' refused for user 'guest'$/);
    assert.equal(broker.node.vhosts.get("/")!.queues.has("behind"), false);
  });

  it("drops the body of a message that it refuses, and the channel can be opened again", async () => {
    const { access, client } = await open();
    for (let round = 0; round < 3; round++) {
      client.publish(1, { exchange: "late", body: "dropped" });
      client.publish(1, { exchange: "late", body: "dropped too" });
      await settled();
      access.questions.at(-1)!.answer(false);
      const { replyCode, classId, methodId } = await client.receive(1, "channel.close");
      assert.deepEqual([replyCode, classId, methodId], [403, 60, 40]);
      client.send(1, "channel.close-ok");
      client.send(1, "channel.open");
      await client.receive(1, "channel.open-ok");
      await client.request(1, "confirm.select");
    }
  });

  it("does not affect a channel that was closed meanwhile and opened again", async () => {
    const { access, broker, client } = await open();
    await client.request(1, "queue.declare", { queue: "q" });
    client.publish(1, { exchange: "late", body: "dropped" });
    client.send(1, "queue.declare", { queue: "behind" });
    await settled();
    const [session] = broker.node.sessions;
    const [channel] = session.channels;
    channel.sink.failed(preconditionFailed("enough"));
    broker.node.endTurn();
    assert.equal((await client.receive(1, "channel.close")).replyCode, 406);
    client.send(1, "channel.close-ok");
    client.send(1, "channel.open");
    await settled();
    access.questions.at(-1)!.answer(true);
    await client.receive(1, "channel.open-ok");
    await client.request(1, "confirm.select");
    assert.equal(broker.node.vhosts.get("/")!.queues.has("behind"), false);
  });

  it("counts as a refusal when the backend fails, and is asked for again the next time", async () => {
    const { access, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    await settled();
    access.questions[0].fail();
    assert.equal((await client.receive(1, "channel.close")).replyCode, 403);
    client.send(2, "queue.declare", { queue: "late" });
    await settled();
    access.questions[1].answer(true);
    await client.receive(2, "queue.declare-ok");
  });

  it("keeps messages in order, and confirms them when they are published", async () => {
    const { access, broker, client } = await open();
    await client.request(2, "exchange.declare", { exchange: "fan", type: "fanout" });
    const exchange = "late.exchange";
    broker.vhost("/").queue("q");
    client.send(1, "confirm.select");
    client.send(1, "exchange.declare", { exchange, type: "fanout" });
    await client.receive(1, "confirm.select-ok");
    access.questions[0].answer(true);
    await client.receive(1, "exchange.declare-ok");
    client.send(2, "queue.bind", { queue: "q", exchange });
    await settled();
    access.questions[1].answer(true);
    await client.receive(2, "queue.bind-ok");
    for (const body of ["a", "", "b"]) client.publish(1, { exchange, body });
    client.publish(1, { routingKey: "q", body: "c" });
    await client.request(2, "queue.declare", { queue: "other" });
    assert.deepEqual(await client.heardNames(), []);
    assert.equal(access.questions[2].about, "write exchange late.exchange");
    access.questions[2].answer(true);
    const acks = (await client.heard()).map(({ method }) => Number((method as MethodOf<"basic.ack">).deliveryTag));
    assert.equal(acks.at(-1), 4);
    assert.deepEqual(await bodies(client, "q", 4), ["a", "", "b", "c"]);
    assert.equal(access.questions.length, 3);
  });

  it("is asked for before the properties of a message are checked", async () => {
    const { access, client } = await open();
    client.send(1, "exchange.declare", { exchange: "late", type: "topic" });
    await settled();
    access.questions[0].answer(true);
    await client.receive(1, "exchange.declare-ok");
    client.publish(1, { exchange: "late", properties: { expiration: "nonsense" } });
    await settled();
    access.questions[1].answer(true);
    assert.match((await client.receive(1, "channel.close")).replyText, /invalid expiration 'nonsense'/);
  });

  it("is asked for the routing key of a topic exchange too", async () => {
    const { access, broker, client } = await open();
    broker.vhost("/").queue("q");
    await client.request(2, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "#" });
    client.publish(1, { exchange: "amq.topic", routingKey: "late.key", body: "x" });
    await settled();
    assert.deepEqual(access.questions.map(({ about }) => about), ["write topic amq.topic late.key"]);
    access.questions[0].answer(false);
    const { replyText } = await client.receive(1, "channel.close");
    const phrase = "write access to topic 'late.key' in exchange 'amq.topic' in vhost '/' refused for user 'guest'";
    assert.equal(replyText, `ACCESS_REFUSED - ${phrase}`);
  });

  it("is asked for all routing keys in a message's headers, before the message is published anywhere", async () => {
    const { access, broker, client } = await open();
    const queue = broker.vhost("/").queue("q");
    await client.request(2, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "#" });
    const keys = Array.from({ length: 1100 }, (_, index) => `late.${index}`);
    const headers = fieldTable({ CC: ["at-once", ...keys], BCC: ["late.blind"] });
    client.publish(1, { exchange: "amq.topic", routingKey: "own", properties: { headers }, body: "x" });
    for (let at = 0; at <= keys.length; at++) {
      await settled();
      assert.equal(queue.messageCount, 0);
      access.questions[at].answer(true);
    }
    await client.request(2, "queue.declare", { queue: "other" });
    assert.equal(queue.messageCount, 1);
    assert.deepEqual(access.questions.slice(-2).map(({ about }) => about), [
      "write topic amq.topic late.1099",
      "write topic amq.topic late.blind",
    ]);
  });

  it("is asked for once for each operation that permits a passive declaration", async () => {
    const { access, client } = await open();
    const answers = [false, false, true];
    client.send(1, "queue.declare", { queue: "late", passive: true });
    for (const [at, answer] of answers.entries()) {
      await settled();
      access.questions[at].answer(answer);
    }
    assert.equal((await client.receive(1, "channel.close")).replyCode, 404);
    assert.deepEqual(access.questions.map(({ about }) => about), [
      "read queue late",
      "write queue late",
      "configure queue late",
    ]);
  });

  it("is dropped when permissions have changed since it was asked for", async () => {
    const { access, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    await settled();
    access.version = 1;
    client.send(2, "queue.declare", { queue: "late.other" });
    await settled();
    access.questions[0].answer(true);
    await settled();
    assert.deepEqual(access.questions.map(({ about }) => about), [
      "configure queue late",
      "configure queue late.other",
      "configure queue late",
    ]);
    access.questions[2].answer(false);
    assert.equal((await client.receive(1, "channel.close")).replyCode, 403);
  });

  it("does not change the name that the server gives to a queue", async () => {
    const { access, client } = await open();
    client.send(1, "queue.declare", {});
    await settled();
    access.questions[0].answer(true);
    const { queue } = await client.receive(1, "queue.declare-ok");
    assert.deepEqual(access.questions.map(({ about }) => about), [`configure queue ${queue}`]);
  });

  it("is forgotten when users or permissions change", async () => {
    const { access, client } = await open();
    for (const version of [0, 1]) {
      access.version = version;
      client.send(1, "queue.declare", { queue: "late" });
      await settled();
      access.questions[version].answer(true);
      await client.receive(1, "queue.declare-ok");
    }
    client.send(1, "queue.declare", { queue: "late" });
    await client.receive(1, "queue.declare-ok");
    assert.equal(access.questions.length, 2);
  });

  it("limits the frames of its channel that are read to little more than 1 MiB", async () => {
    const { access, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    const chunk = publishFrames(1, { routingKey: "nowhere", body: "x".repeat(100_000) });
    let taken = 0;
    for (let i = 0; i < 30; i++) client.write(chunk).then(() => taken++);
    await settled();
    assert.ok(taken >= 10 && taken < 15, `${taken} chunks of 100 kB were read`);
    access.questions[0].answer(true);
    await client.receive(1, "queue.declare-ok");
    await client.request(2, "queue.declare", { queue: "other" });
    assert.equal(taken, 30);
  });

  it("is ignored when its channel or connection was closed meanwhile", async () => {
    const { access, broker, client } = await open();
    client.send(1, "queue.declare", { queue: "late" });
    client.finish();
    await client.connection.closed;
    access.questions[0].answer(true);
    await settled();
    assert.equal(broker.node.vhosts.get("/")!.queues.size, 0);
  });
});

describe("a late answer to a login", () => {
  it("makes its connection wait at each step", async () => {
    const answers: ((answer: boolean) => void)[] = [];
    const late = () => new Promise<boolean>((resolve) => answers.push(resolve));
    const access: Access = {
      version: 0,
      login: () => late().then((may) => may ? { name: "guest", tags: [] } : { refused: "no" }),
      mayOpen: late,
      may: () => true,
      mayUseTopic: () => true,
    };
    const client = new InProcessClient(new Broker({ access }));
    await client.logIn();
    assert.deepEqual(await client.heardNames(), []);
    answers[0](true);
    const { channelMax, frameMax } = await client.receive(0, "connection.tune");
    client.send(0, "connection.tune-ok", { channelMax, frameMax });
    client.send(0, "connection.open", { virtualHost: "/" });
    client.send(1, "channel.open");
    assert.deepEqual(await client.heardNames(), []);
    answers[1](true);
    await client.receive(0, "connection.open-ok");
    await client.receive(1, "channel.open-ok");
  });
});
