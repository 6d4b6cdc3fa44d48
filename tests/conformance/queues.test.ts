import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Channel, ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  drain,
  Inbox,
  method,
  type MethodName,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  send,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
});
afterEach(() => closeQuietly(connection));

describe("declaring a queue", () => {
  it("answers with its name and no messages or consumers", async () => {
    const name = unique("q");

    const declared = await channel.assertQueue(name, { exclusive: true });

    assert.deepEqual(declared, { queue: name, messageCount: 0, consumerCount: 0 });
  });

  it("answers with the number of ready messages and of consumers when the queue exists", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true });
    for (const body of ["a", "b", "c"]) await publish(channel, "", name, body);
    const unacked = await channel.get(name);
    await channel.prefetch(1);
    const consumer = await Inbox.open(channel, name);
    await consumer.next();

    const declared = await channel.assertQueue(name, { exclusive: true });

    assert.notEqual(unacked, false);
    assert.deepEqual(declared, { queue: name, messageCount: 1, consumerCount: 1 });
  });

  it("changes nothing when the queue exists with the same properties", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { durable: true, exclusive: true, autoDelete: true });
    await publish(channel, "", name, "kept");

    await channel.assertQueue(name, { durable: true, exclusive: true, autoDelete: true });

    assert.deepEqual(await drain(channel, name), ["kept"]);
  });

  it("with an empty name makes a name of amq.gen- and 22 characters", async () => {
    const first = await channel.assertQueue("", { exclusive: true });
    const second = await channel.assertQueue("", { exclusive: true });

    assert.match(first.queue, /^amq\.gen-[A-Za-z0-9_-]{22}$/);
    assert.match(second.queue, /^amq\.gen-[A-Za-z0-9_-]{22}$/);
    assert.notEqual(first.queue, second.queue);
  });

  it("refuses the name of a server-named queue, although it exists", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });

    const reason = await refusal(channel.assertQueue(queue, { exclusive: true }));

    assert.deepEqual(reason, {
      replyCode: 403,
      replyText: `ACCESS_REFUSED - queue name '${queue}' contains reserved prefix 'amq.*'`,
      ...method["queue.declare"],
    });
  });

  it("accepts names of up to 255 bytes with any characters", async () => {
    const names = [
      unique("q").padEnd(255, "x"),
      unique("with spaces, /slashes\\ and 'quotes'"),
      unique("Warteschlange-äöü-🐇"),
    ];

    for (const name of names) {
      const declared = await channel.assertQueue(name, { exclusive: true });
      assert.equal(declared.queue, name);
    }
  });

  it("drops line ends from the name", async () => {
    const name = unique("q");

    const declared = await channel.assertQueue(`${name.slice(0, 3)}\r\n${name.slice(3)}`, { exclusive: true });

    assert.equal(declared.queue, name);
  });

  it("refuses a new name that starts with amq.", async () => {
    const reason = await refusal(channel.assertQueue("amq.mine", { exclusive: true }));

    assert.deepEqual(reason, {
      replyCode: 403,
      replyText: "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
      ...method["queue.declare"],
    });
  });

  it("ignores arguments that it doesn't know", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true, arguments: { "x-mine": 1, another: { nested: true } } });

    const declared = await channel.assertQueue(name, { exclusive: true, arguments: { "x-mine": 2 } });

    assert.equal(declared.queue, name);
  });
});

describe("declaring a queue that exists with other properties", () => {
  // https://www.rabbitmq.com/docs/queues#property-equivalence
  const differences = [
    {
      arg: "durable",
      first: { durable: true },
      second: { durable: false },
      text: "received 'false' but current is 'true'",
    },
    {
      arg: "durable",
      first: { durable: false },
      second: { durable: true },
      text: "received 'true' but current is 'false'",
    },
    {
      arg: "auto_delete",
      first: { autoDelete: false },
      second: { autoDelete: true },
      text: "received 'true' but current is 'false'",
    },
    {
      arg: "x-message-ttl",
      first: { messageTtl: 60000 },
      second: { messageTtl: 30000 },
      text: "received '30000' but current is '60000'",
    },
    {
      arg: "x-max-length",
      first: {},
      second: { maxLength: 10 },
      text: "received the value '10' of type 'byte' but current is none",
    },
    {
      arg: "x-max-length",
      first: { maxLength: 10 },
      second: {},
      text: "received none but current is the value '10' of type 'byte'",
    },
    {
      arg: "x-dead-letter-exchange",
      first: { deadLetterExchange: "a" },
      second: { deadLetterExchange: "b" },
      text: "received 'b' but current is 'a'",
    },
  ];
  for (const { arg, first, second, text } of differences) {
    it(`is refused for ${arg}: ${text}`, async () => {
      const name = unique("q");
      await channel.assertQueue(name, first);

      const reason = await refusal(channel.assertQueue(name, second));

      await (await openChannel(connection)).deleteQueue(name);
      assert.deepEqual(reason, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - inequivalent arg '${arg}' for queue '${name}' in vhost '/': ${text}`,
        ...method["queue.declare"],
      });
    });
  }

  it("names durable first when several differ", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { durable: false, autoDelete: true });

    const reason = await refusal(channel.assertQueue(name, { durable: true, autoDelete: false, maxLength: 1 }));

    await (await openChannel(connection)).deleteQueue(name);
    assert.match(reason.replyText, /inequivalent arg 'durable'/);
  });

  it("treats integers of other widths as equal", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true, arguments: { "x-max-length": { "!": "int64", value: 5 } } });

    const declared = await channel.assertQueue(name, {
      exclusive: true,
      arguments: { "x-max-length": { "!": "int8", value: 5 } },
    });

    assert.equal(declared.queue, name);
  });

  it("treats an explicit classic type like a missing one", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true });

    const declared = await channel.assertQueue(name, { exclusive: true, arguments: { "x-queue-type": "classic" } });

    assert.equal(declared.queue, name);
  });

  it("closes the channel only", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true });
    await refusal(channel.assertQueue(name, { exclusive: true, autoDelete: true }));

    const other = await openChannel(connection);

    assert.equal((await other.checkQueue(name)).queue, name);
  });

  it("cuts a reply text at 255 bytes, the last three of them dots", async () => {
    const name = unique("q").padEnd(240, "x");
    await channel.assertQueue(name, { exclusive: true });

    const reason = await refusal(channel.assertQueue(name, { exclusive: true, autoDelete: true }));

    const whole = `PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '${name}'`;
    assert.equal(reason.replyText, `${whole.slice(0, 252)}...`);
  });
});

describe("declaring a queue passively", () => {
  it("answers with its counts", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true, durable: false, maxLength: 5 });
    await publish(channel, "", name, "one");

    const checked = await channel.checkQueue(name);

    assert.deepEqual(checked, { queue: name, messageCount: 1, consumerCount: 0 });
  });

  it("compares no properties", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { exclusive: true, durable: false, autoDelete: true });

    const declared = await call(channel, "queue.declare", {
      queue,
      passive: true,
      durable: true,
      arguments: { "x-max-length": 1 },
    });

    assert.deepEqual(declared, { queue, messageCount: 0, consumerCount: 0 });
  });

  it("refuses a queue that doesn't exist", async () => {
    const name = unique("q");

    const reason = await refusal(channel.checkQueue(name));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no queue '${name}' in vhost '/'`,
      ...method["queue.declare"],
    });
  });
});

describe("the last declared queue", () => {
  it("is used for an empty name in bind, consume, get, purge, unbind and delete", async () => {
    await channel.assertQueue("", { exclusive: true });
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const key = unique("key");

    await channel.bindQueue("", "amq.direct", key);
    await publish(channel, "amq.direct", key, "got");
    const got = await channel.get("", { noAck: true });
    await publish(channel, "amq.direct", key, "purged");
    const purged = await channel.purgeQueue("");
    await channel.unbindQueue("", "amq.direct", key);
    await publish(channel, "amq.direct", key, "lost");
    const afterUnbind = await channel.checkQueue(queue);
    await channel.consume("", () => {});
    const afterConsume = await channel.checkQueue(queue);
    await channel.deleteQueue("");

    assert.equal(got && got.content.toString(), "got");
    assert.equal(purged.messageCount, 1);
    assert.equal(afterUnbind.messageCount, 0);
    assert.equal(afterConsume.consumerCount, 1);
    assert.equal((await refusal(channel.checkQueue(queue))).replyCode, 404);
  });

  it("gives its name to a binding without queue and routing key", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });

    await channel.bindQueue("", "amq.direct", "");
    await publish(channel, "amq.direct", queue, "by name");

    assert.deepEqual(await drain(channel, queue), ["by name"]);
  });

  it("is separate for each channel", async () => {
    await channel.assertQueue("", { exclusive: true });
    const other = await openChannel(connection);

    const reason = await refusal(other.get(""));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: "NOT_FOUND - no previously declared queue",
      ...method["basic.get"],
    });
  });

  it("can be one that was declared passively", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const other = await openChannel(connection);
    await other.checkQueue(queue);

    const purged = await other.purgeQueue("");

    assert.equal(purged.messageCount, 0);
  });
});

describe("deleting a queue", () => {
  it("answers with the number of its messages", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", queue, "one");
    await publish(channel, "", queue, "two");

    const deleted = await channel.deleteQueue(queue);

    assert.equal(deleted.messageCount, 2);
    assert.equal((await refusal(channel.checkQueue(queue))).replyCode, 404);
  });

  it("is no error when there is none", async () => {
    const deleted = await channel.deleteQueue(unique("q"));

    assert.equal(deleted.messageCount, 0);
  });

  it("removes its bindings", async () => {
    const name = unique("q");
    const key = unique("key");
    await channel.assertQueue(name, { exclusive: true });
    await channel.bindQueue(name, "amq.direct", key);
    await channel.deleteQueue(name);
    await channel.assertQueue(name, { exclusive: true });

    await publish(channel, "amq.direct", key, "lost");

    assert.equal((await channel.checkQueue(name)).messageCount, 0);
  });

  it("if unused is refused while it has a consumer", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.consume(queue, () => {});

    const reason = await refusal(channel.deleteQueue(queue, { ifUnused: true }));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - queue '${queue}' in vhost '/' in use`,
      ...method["queue.delete"],
    });
  });

  it("if unused succeeds when its consumers are cancelled, whatever it holds", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { consumerTag } = await channel.consume(queue, () => {});
    await channel.cancel(consumerTag);
    await publish(channel, "", queue, "one");

    const deleted = await channel.deleteQueue(queue, { ifUnused: true });

    assert.equal(deleted.messageCount, 1);
  });

  it("if empty is refused while it has messages", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", queue, "one");

    const reason = await refusal(channel.deleteQueue(queue, { ifEmpty: true }));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - queue '${queue}' in vhost '/' not empty`,
      ...method["queue.delete"],
    });
  });

  it("if empty succeeds after a purge", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", queue, "one");
    await channel.purgeQueue(queue);

    const deleted = await channel.deleteQueue(queue, { ifEmpty: true });

    assert.equal(deleted.messageCount, 0);
  });
});

describe("purging a queue", () => {
  it("drops its ready messages and answers with their number", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    for (let i = 0; i < 5; i++) await publish(channel, "", queue, "x");

    const purged = await channel.purgeQueue(queue);

    assert.equal(purged.messageCount, 5);
    assert.equal((await channel.checkQueue(queue)).messageCount, 0);
  });

  it("leaves unacknowledged messages alone", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", queue, "unacked");
    await publish(channel, "", queue, "ready");
    const unacked = await channel.get(queue);
    assert(unacked);

    const purged = await channel.purgeQueue(queue);
    channel.nack(unacked);

    assert.equal(purged.messageCount, 1);
    assert.deepEqual(await drain(channel, queue), ["unacked"]);
  });

  it("is refused when there is no such queue", async () => {
    const name = unique("q");

    const reason = await refusal(channel.purgeQueue(name));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no queue '${name}' in vhost '/'`,
      ...method["queue.purge"],
    });
  });
});

describe("an exclusive queue", () => {
  const operations: {
    name: MethodName;
    run: (channel: Channel, queue: string) => Promise<unknown>;
  }[] = [
    { name: "queue.declare", run: (channel, queue) => channel.assertQueue(queue, { exclusive: true }) },
    { name: "queue.bind", run: (channel, queue) => channel.bindQueue(queue, "amq.direct", queue) },
    { name: "queue.unbind", run: (channel, queue) => channel.unbindQueue(queue, "amq.direct", queue) },
    { name: "queue.purge", run: (channel, queue) => channel.purgeQueue(queue) },
    { name: "queue.delete", run: (channel, queue) => channel.deleteQueue(queue) },
    { name: "basic.consume", run: (channel, queue) => channel.consume(queue, () => {}) },
    { name: "basic.get", run: (channel, queue) => channel.get(queue) },
  ];
  for (const { name, run } of operations) {
    it(`refuses ${name} from another connection`, async () => {
      const { queue } = await channel.assertQueue(unique("q"), { exclusive: true });
      await channel.bindQueue(queue, "amq.direct", queue);
      const stranger = await connect(broker);

      const reason = await refusal(run(await openChannel(stranger), queue));

      await stranger.close();
      assert.deepEqual(reason, locked(queue, name));
    });
  }

  it("refuses a passive declaration from another connection", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { exclusive: true });
    const stranger = await connect(broker);

    const reason = await refusal((await openChannel(stranger)).checkQueue(queue));

    await stranger.close();
    assert.deepEqual(reason, locked(queue, "queue.declare"));
  });

  it("refuses a declaration as not exclusive by its own connection", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { exclusive: true });

    const reason = await refusal(channel.assertQueue(name, { exclusive: false }));

    assert.deepEqual(reason, locked(name, "queue.declare"));
  });

  it("can't be made of a shared one", async () => {
    const name = unique("q");
    await channel.assertQueue(name, { autoDelete: true });

    const reason = await refusal(channel.assertQueue(name, { autoDelete: true, exclusive: true }));

    await (await openChannel(connection)).deleteQueue(name);
    assert.deepEqual(reason, locked(name, "queue.declare"));
  });

  it("takes messages that another connection publishes", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const stranger = await connect(broker);

    await publish(await openConfirmChannel(stranger), "", queue, "hello");

    await stranger.close();
    assert.deepEqual(await drain(channel, queue), ["hello"]);
  });

  it("serves every channel of its connection", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", queue, "hello");
    await channel.checkQueue(queue);

    assert.deepEqual(await drain(await openChannel(connection), queue), ["hello"]);
  });

  it("outlives the channel that declared it", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.close();

    const checked = await (await openChannel(connection)).checkQueue(queue);

    assert.equal(checked.queue, queue);
  });

  it("is deleted when its connection's close is answered, durable or not", async () => {
    const names = [unique("q"), unique("q")];
    const owner = await connect(broker);
    const ownerChannel = await openChannel(owner);
    await ownerChannel.assertQueue(names[0], { exclusive: true, durable: true });
    await ownerChannel.assertQueue(names[1], { exclusive: true, durable: false });

    await owner.close();

    for (const name of names) {
      const reason = await refusal((await openChannel(connection)).checkQueue(name));
      assert.equal(reason.replyText, `NOT_FOUND - no queue '${name}' in vhost '/'`);
    }
  });

  function locked(queue: string, name: MethodName) {
    return {
      replyCode: 405,
      replyText: `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${queue}' in vhost '/'. ` +
        "It could be originally declared on another connection or the exclusive property value " +
        "does not match that of the original declaration.",
      ...method[name],
    };
  }
});

describe("an auto-delete queue", () => {
  it("is deleted when the cancellation of its last consumer is answered", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { autoDelete: true });
    const { consumerTag: first } = await channel.consume(queue, () => {});
    const { consumerTag: last } = await channel.consume(queue, () => {});

    await channel.cancel(first);
    const afterFirst = await channel.checkQueue(queue);
    await channel.cancel(last);

    assert.equal(afterFirst.consumerCount, 1);
    assert.equal((await refusal(channel.checkQueue(queue))).replyCode, 404);
  });

  it("is deleted when the close of its last consumer's channel is answered", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { autoDelete: true });
    await channel.consume(queue, () => {});

    await channel.close();

    const reason = await refusal((await openChannel(connection)).checkQueue(queue));
    assert.equal(reason.replyText, `NOT_FOUND - no queue '${queue}' in vhost '/'`);
  });

  it("is deleted when the close of its last consumer's connection is answered", async () => {
    const consumer = await connect(broker);
    const { queue } = await channel.assertQueue(unique("q"), { autoDelete: true });
    await (await openChannel(consumer)).consume(queue, () => {});

    await consumer.close();

    assert.equal((await refusal(channel.checkQueue(queue))).replyCode, 404);
  });

  it("stays while it has never had a consumer, even if messages were fetched", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { autoDelete: true });
    await publish(channel, "", queue, "one");
    await channel.get(queue, { noAck: true });
    await channel.close();

    const other = await openChannel(connection);
    const checked = await other.checkQueue(queue);

    await other.deleteQueue(queue);
    assert.equal(checked.queue, queue);
  });

  it("is deleted with the messages that it holds", async () => {
    const { queue } = await channel.assertQueue(unique("q"), { autoDelete: true });
    const consumer = await Inbox.open(channel, queue);
    await publish(channel, "", queue, "unacked");
    await consumer.next();

    await channel.cancel(consumer.consumerTag);
    await channel.assertQueue(queue, { autoDelete: true });

    assert.deepEqual(await drain(channel, queue), []);
    await channel.deleteQueue(queue);
  });
});

describe("a queue declared with nowait", () => {
  it("exists without an answer", async () => {
    const name = unique("q");

    send(channel, "queue.declare", { queue: name, exclusive: true, nowait: true, arguments: {} });

    assert.equal((await channel.checkQueue(name)).queue, name);
  });

  it("closes the channel when it is refused", async () => {
    const closed = channelClosed(channel);

    send(channel, "queue.declare", { queue: "amq.mine", nowait: true, arguments: {} });

    assert.equal((await closed).replyCode, 403);
  });
});
