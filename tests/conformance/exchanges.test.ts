import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  connectionClosed,
  drain,
  method,
  openConfirmChannel,
  publish,
  refusal,
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

describe("predeclared exchanges", () => {
  const predeclared = [
    { name: "amq.direct", type: "direct" },
    { name: "amq.fanout", type: "fanout" },
    { name: "amq.topic", type: "topic" },
    { name: "amq.headers", type: "headers" },
    { name: "amq.match", type: "headers" },
  ];
  for (const { name, type } of predeclared) {
    it(`include ${name}, durable and of type ${type}`, async () => {
      const declared = await channel.assertExchange(name, type, { durable: true });

      assert.deepEqual(declared, { exchange: name });
    });

    it(`don't let ${name} be deleted`, async () => {
      const reason = await refusal(channel.deleteExchange(name));

      assert.deepEqual(reason, {
        replyCode: 403,
        replyText: `ACCESS_REFUSED - deletion of system exchange '${name}' in vhost '/' not allowed`,
        ...method["exchange.delete"],
      });
    });
  }

  it("include amq.rabbitmq.trace, to which clients can't publish", async () => {
    const closed = channelClosed(channel);

    await channel.checkExchange("amq.rabbitmq.trace");
    publish(channel, "amq.rabbitmq.trace", "key", "refused").catch(() => {});

    assert.deepEqual(await closed, {
      replyCode: 403,
      replyText: "ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in vhost '/'",
      ...method["basic.publish"],
    });
  });

  it("are compared with a declaration like any other", async () => {
    const reason = await refusal(channel.assertExchange("amq.direct", "fanout"));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.direct' in vhost '/': " +
        "received 'fanout' but current is 'direct'",
      ...method["exchange.declare"],
    });
  });
});

describe("the default exchange", () => {
  it("routes to the queue that the routing key names", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });

    await publish(channel, "", queue, "hello");

    assert.deepEqual(await drain(channel, queue), ["hello"]);
  });

  const text = "ACCESS_REFUSED - operation not permitted on the default exchange";

  it("can't be declared", async () => {
    const reason = await refusal(channel.assertExchange("", "direct"));

    assert.deepEqual(reason, { replyCode: 403, replyText: text, ...method["exchange.declare"] });
  });

  it("can't be declared passively", async () => {
    const reason = await refusal(channel.checkExchange(""));

    assert.deepEqual(reason, { replyCode: 403, replyText: text, ...method["exchange.declare"] });
  });

  it("can't be deleted", async () => {
    const reason = await refusal(channel.deleteExchange(""));

    assert.deepEqual(reason, { replyCode: 403, replyText: text, ...method["exchange.delete"] });
  });

  it("takes no bindings of queues", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });

    const reason = await refusal(channel.bindQueue(queue, "", "key"));

    assert.deepEqual(reason, { replyCode: 403, replyText: text, ...method["queue.bind"] });
  });

  it("loses no bindings of queues", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });

    const reason = await refusal(channel.unbindQueue(queue, "", queue));

    assert.deepEqual(reason, { replyCode: 403, replyText: text, ...method["queue.unbind"] });
  });

  it("is neither the source nor the destination of a binding between exchanges", async () => {
    const asSource = await refusal(channel.bindExchange("amq.fanout", "", "key"));
    channel = await openConfirmChannel(connection);
    const asDestination = await refusal(channel.bindExchange("", "amq.fanout", "key"));

    assert.deepEqual(asSource, { replyCode: 403, replyText: text, ...method["exchange.bind"] });
    assert.deepEqual(asDestination, { replyCode: 403, replyText: text, ...method["exchange.bind"] });
  });
});

describe("declaring an exchange", () => {
  for (const type of ["direct", "fanout", "topic", "headers"]) {
    it(`of type ${type} can be repeated`, async () => {
      const name = unique("x");
      const options = { durable: true, autoDelete: true, internal: true };
      await channel.assertExchange(name, type, options);

      const declared = await channel.assertExchange(name, type, options);

      await channel.deleteExchange(name);
      assert.deepEqual(declared, { exchange: name });
    });
  }

  it("of an unknown type is refused", async () => {
    const closed = Promise.race([channelClosed(channel), connectionClosed(connection)]);

    channel.assertExchange(unique("x"), "x-nonesuch").catch(() => {});

    // RabbitMQ 3.10 closes the connection, RabbitMQ 4 only the channel.
    const { replyCode, replyText } = await closed;
    assert.deepEqual(
      { replyCode, replyText },
      replyCode === 503
        ? { replyCode: 503, replyText: "COMMAND_INVALID - unknown exchange type 'x-nonesuch'" }
        : { replyCode: 406, replyText: "PRECONDITION_FAILED - unknown exchange type 'x-nonesuch'" },
    );
  });

  it("refuses a new name that starts with amq.", async () => {
    const reason = await refusal(channel.assertExchange("amq.mine", "direct"));

    assert.deepEqual(reason, {
      replyCode: 403,
      replyText: "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
      ...method["exchange.declare"],
    });
  });

  it("drops line ends from the name", async () => {
    const name = unique("x");

    await channel.assertExchange(`${name.slice(0, 2)}\r\n${name.slice(2)}`, "fanout", { autoDelete: true });

    await channel.checkExchange(name);
    await channel.deleteExchange(name);
  });

  it("ignores arguments that it doesn't know", async () => {
    const name = unique("x");
    await channel.assertExchange(name, "fanout", { arguments: { "x-mine": 1 } });

    await channel.assertExchange(name, "fanout", { arguments: { "x-mine": 2 } });

    await channel.deleteExchange(name);
  });
});

describe("declaring an exchange that exists with other properties", () => {
  const differences = [
    {
      arg: "type",
      first: { type: "direct" },
      second: { type: "topic" },
      text: "received 'topic' but current is 'direct'",
    },
    {
      arg: "durable",
      first: { durable: false },
      second: { durable: true },
      text: "received 'true' but current is 'false'",
    },
    {
      arg: "auto_delete",
      first: { autoDelete: true },
      second: { autoDelete: false },
      text: "received 'false' but current is 'true'",
    },
    {
      arg: "internal",
      first: { internal: false },
      second: { internal: true },
      text: "received 'true' but current is 'false'",
    },
    {
      arg: "alternate-exchange",
      first: { alternateExchange: "amq.fanout" },
      second: { alternateExchange: "amq.direct" },
      text: "received 'amq.direct' but current is 'amq.fanout'",
    },
    {
      arg: "alternate-exchange",
      first: {},
      second: { alternateExchange: "amq.direct" },
      text: "received the value 'amq.direct' of type 'longstr' but current is none",
    },
  ];
  for (const { arg, first, second, text } of differences) {
    it(`is refused for ${arg}: ${text}`, async () => {
      const name = unique("x");
      const { type: firstType = "direct", ...firstOptions } = { ...first } as { type?: string };
      const { type: secondType = "direct", ...secondOptions } = { ...second } as { type?: string };
      await channel.assertExchange(name, firstType, firstOptions);

      const reason = await refusal(channel.assertExchange(name, secondType, secondOptions));

      await (await openConfirmChannel(connection)).deleteExchange(name);
      assert.deepEqual(reason, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - inequivalent arg '${arg}' for exchange '${name}' in vhost '/': ${text}`,
        ...method["exchange.declare"],
      });
    });
  }
});

describe("declaring an exchange passively", () => {
  it("succeeds when it exists, whatever its properties", async () => {
    const name = unique("x");
    await channel.assertExchange(name, "topic", { durable: false });

    await call(channel, "exchange.declare", {
      exchange: name,
      type: "fanout",
      passive: true,
      durable: true,
      internal: true,
    });

    await channel.deleteExchange(name);
  });

  it("is refused when it doesn't exist", async () => {
    const name = unique("x");

    const reason = await refusal(channel.checkExchange(name));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${name}' in vhost '/'`,
      ...method["exchange.declare"],
    });
  });
});

describe("deleting an exchange", () => {
  it("takes its bindings along", async () => {
    const name = unique("x");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(name, "fanout");
    await channel.bindQueue(queue, name, "");
    await channel.deleteExchange(name);
    await channel.assertExchange(name, "fanout");

    await publish(channel, name, "", "lost");

    await channel.deleteExchange(name);
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("is no error when there is none", async () => {
    await channel.deleteExchange(unique("x"));
  });

  it("if unused is refused while a queue is bound to it", async () => {
    const name = unique("x");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(name, "fanout");
    await channel.bindQueue(queue, name, "");

    const reason = await refusal(channel.deleteExchange(name, { ifUnused: true }));

    await (await openConfirmChannel(connection)).deleteExchange(name);
    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - exchange '${name}' in vhost '/' in use`,
      ...method["exchange.delete"],
    });
  });

  it("if unused succeeds once nothing is bound to it", async () => {
    const name = unique("x");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(name, "fanout");
    await channel.bindQueue(queue, name, "");
    await channel.unbindQueue(queue, name, "");

    await channel.deleteExchange(name, { ifUnused: true });

    assert.equal((await refusal(channel.checkExchange(name))).replyCode, 404);
  });
});

describe("an auto-delete exchange", () => {
  it("is gone when its last binding is", async () => {
    const name = unique("x");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(name, "direct", { autoDelete: true });
    await channel.bindQueue(queue, name, "a");
    await channel.bindQueue(queue, name, "b");

    await channel.unbindQueue(queue, name, "a");
    await channel.checkExchange(name);
    await channel.unbindQueue(queue, name, "b");

    assert.equal((await refusal(channel.checkExchange(name))).replyCode, 404);
  });

  it("is gone when the last queue that was bound to it is deleted", async () => {
    const name = unique("x");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(name, "fanout", { autoDelete: true });
    await channel.bindQueue(queue, name, "");

    await channel.deleteQueue(queue);

    assert.equal((await refusal(channel.checkExchange(name))).replyCode, 404);
  });

  it("is gone when the last exchange that was bound to it is deleted", async () => {
    const name = unique("x");
    const destination = unique("x");
    await channel.assertExchange(name, "fanout", { autoDelete: true });
    await channel.assertExchange(destination, "fanout");
    await channel.bindExchange(destination, name, "");

    await channel.deleteExchange(destination);

    assert.equal((await refusal(channel.checkExchange(name))).replyCode, 404);
  });

  it("stays while nothing was ever bound to it, though messages were published", async () => {
    const name = unique("x");
    await channel.assertExchange(name, "fanout", { autoDelete: true });

    await publish(channel, name, "", "lost");

    await channel.checkExchange(name);
    await channel.deleteExchange(name);
  });

  it("stays when it was only the destination of a removed binding", async () => {
    const name = unique("x");
    await channel.assertExchange(name, "fanout", { autoDelete: true });
    await channel.bindExchange(name, "amq.fanout", "");

    await channel.unbindExchange(name, "amq.fanout", "");

    await channel.checkExchange(name);
    await channel.deleteExchange(name);
  });
});

describe("an internal exchange", () => {
  it("refuses messages of publishers", async () => {
    const name = unique("x");
    await channel.assertExchange(name, "fanout", { internal: true });
    const closed = channelClosed(channel);

    publish(channel, name, "", "refused").catch(() => {});

    const reason = await closed;
    await (await openConfirmChannel(connection)).deleteExchange(name);
    assert.deepEqual(reason, {
      replyCode: 403,
      replyText: `ACCESS_REFUSED - cannot publish to internal exchange '${name}' in vhost '/'`,
      ...method["basic.publish"],
    });
  });

  it("routes messages from an exchange that it is bound to", async () => {
    const [source, internal] = [unique("x"), unique("x")];
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.assertExchange(source, "fanout");
    await channel.assertExchange(internal, "fanout", { internal: true });
    await channel.bindExchange(internal, source, "");
    await channel.bindQueue(queue, internal, "");

    await publish(channel, source, "", "hello");

    await channel.deleteExchange(source);
    await channel.deleteExchange(internal);
    assert.deepEqual(await drain(channel, queue), ["hello"]);
  });
});

describe("an exchange", () => {
  it("outlives the connection that declared it, durable or not", async () => {
    const name = unique("x");
    const declarer = await connect(broker);
    await (await openConfirmChannel(declarer)).assertExchange(name, "direct", { durable: false });

    await declarer.close();

    await channel.checkExchange(name);
    await channel.deleteExchange(name);
  });
});
