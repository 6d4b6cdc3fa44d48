import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import { connect as connectAmqplib, credentials } from "amqplib";
import { Connection as RabbitmqClient } from "rabbitmq-client";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  connect,
  connectionClosed,
  drain,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  socketOf,
  text,
  tuned,
  unique,
  within,
} from "./client.ts";

let broker: BrokerUnderTest;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("the server properties", () => {
  it("name RabbitMQ and a version, as clients depend on them", async () => {
    const connection = await connect(broker);

    const { product, version, platform, information, copyright } = connection.connection.serverProperties;

    await connection.close();
    assert.equal(product, "RabbitMQ");
    assert.match(version, /^[34]\.\d+\.\d+/);
    for (const text of [platform, information, copyright]) assert.equal(typeof text, "string");
  });

  it("list the broker's extensions to AMQP 0-9-1", async () => {
    const connection = await connect(broker);

    const { capabilities } = connection.connection.serverProperties;

    await connection.close();
    assert.deepEqual(capabilities as unknown, {
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      "basic.nack": true,
      consumer_cancel_notify: true,
      "connection.blocked": true,
      consumer_priorities: true,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: true,
    });
  });

  it("name the cluster", async () => {
    const connection = await connect(broker);

    const { cluster_name: clusterName } = connection.connection.serverProperties;

    await connection.close();
    assert(clusterName);
  });
});

describe("tuning", () => {
  it("offers 2047 channels, frames of 128 KiB and a heartbeat of 60 s", async () => {
    const connection = await connect(broker);

    const offered = tuned(connection);

    await connection.close();
    assert.deepEqual(offered, { channelMax: 2047, frameMax: 131072, heartbeat: 60 });
  });

  it("accepts less of each", async () => {
    const connection = await connect(broker, { channelMax: 10, frameMax: 8192, heartbeat: 10 });
    const channel = await openConfirmChannel(connection);
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const body = Buffer.alloc(50_000, "frames of 8 KiB");

    await publish(channel, "", queue, body);

    const message = await channel.get(queue, { noAck: true });
    await connection.close();
    assert(message && message.content.equals(body));
  });

  it("accepts heartbeat 0, and frames of 4096 bytes", async () => {
    const connection = await connect(broker, { frameMax: 4096, heartbeat: 0 });
    const channel = await openConfirmChannel(connection);
    const { queue } = await channel.assertQueue("", { exclusive: true });

    await publish(channel, "", queue, Buffer.alloc(10_000));

    assert.equal((await channel.checkQueue(queue)).messageCount, 1);
    await connection.close();
  });
});

describe("logging in", () => {
  it("works with PLAIN", async () => {
    const connection = await connectAmqplib(broker.url, { credentials: credentials.plain("guest", "guest") });

    await connection.close();
  });

  it("works with AMQPLAIN", async () => {
    const connection = await connectAmqplib(broker.url, { credentials: credentials.amqplain("guest", "guest") });

    await connection.close();
  });

  const refusals = [
    { what: "a wrong password", user: "guest", password: "wrong", mechanism: "PLAIN" },
    { what: "an unknown user", user: "nobody", password: "guest", mechanism: "PLAIN" },
    { what: "an empty password", user: "guest", password: "", mechanism: "PLAIN" },
    { what: "a wrong password in AMQPLAIN", user: "guest", password: "wrong", mechanism: "AMQPLAIN" },
  ];
  for (const { what, user, password, mechanism } of refusals) {
    it(`is refused with 403 for ${what}`, async () => {
      const login = mechanism === "PLAIN" ? credentials.plain(user, password) : credentials.amqplain(user, password);

      await assert.rejects(connectAmqplib(broker.url, { credentials: login }), {
        message: "Handshake terminated by server: 403 (ACCESS-REFUSED) with message " +
          `"ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}. ` +
          'For details see the broker logfile."',
      });
    });
  }
});

describe("opening a virtual host", () => {
  it("that doesn't exist is refused with 530", async () => {
    const name = unique("vhost");
    // amqplib hides the reply text of a refused connection.open; rabbitmq-client shows it.
    const client = new RabbitmqClient({ url: `${broker.url}/${name}`, retryLow: 60_000 });

    const error = await within("the refusal", new Promise<Error & { code: string }>((r) => client.once("error", r)));

    client.unsafeDestroy();
    assert.equal(error.code, "NOT_ALLOWED");
    assert.equal(error.message, `ConnectionOpen: NOT_ALLOWED - vhost ${name} not found`);
  });
});

describe("closing a connection", () => {
  it("closes its channels and returns their unacknowledged messages, in order", async () => {
    const [connection, other] = [await connect(broker), await connect(broker)];
    const channel = await openConfirmChannel(other);
    const { queue } = await channel.assertQueue(unique("q"));
    for (let i = 0; i < 20; i++) await publish(channel, "", queue, String(i));
    for (let i = 0; i < 2; i++) {
      const reader = await openChannel(connection);
      await reader.prefetch(5);
      await (await Inbox.open(reader, queue)).take(5);
    }

    await connection.close();

    const { consumerCount } = await channel.checkQueue(queue);
    const left = await drain(channel, queue);
    await channel.deleteQueue(queue);
    await other.close();
    assert.equal(consumerCount, 0);
    assert.deepEqual(left, Array.from({ length: 20 }, (_, i) => String(i)));
  });

  it("comes after everything that was published on it", async () => {
    const [connection, other] = [await connect(broker), await connect(broker)];
    const reader = await openChannel(other);
    const { queue } = await reader.assertQueue("", { exclusive: true });
    const inbox = await Inbox.open(reader, queue, { noAck: true });
    const channel = await openChannel(connection);
    for (let i = 0; i < 500; i++) channel.sendToQueue(queue, Buffer.from(String(i)));

    await channel.close();
    await connection.close();

    assert.equal(text((await inbox.take(500))[499]), "499");
    await other.close();
  });

  it("by cutting the socket ends its consumers and exclusive queues", async () => {
    const [connection, other] = [await connect(broker), await connect(broker)];
    const channel = await openChannel(connection);
    const { queue: shared } = await channel.assertQueue(unique("q"), { autoDelete: true });
    const { queue: exclusive } = await channel.assertQueue("", { exclusive: true });
    await channel.consume(shared, () => {});
    const watcher = await openChannel(other);
    const inbox = await Inbox.open(watcher, shared);

    socketOf(connection).destroy();

    await gone(exclusive);
    assert.equal((await watcher.checkQueue(shared)).consumerCount, 1);
    await watcher.cancel(inbox.consumerTag);
    await other.close();

    // Nothing reports the end of a queue to others, so ask until it is gone.
    async function gone(queue: string): Promise<void> {
      await within(
        "the exclusive queue to go",
        (async () => {
          for (;;) {
            const asking = await openChannel(other);
            const code = await asking.checkQueue(queue).then(() => 0, (error) => error.code);
            if (code === 404) return;
          }
        })(),
      );
    }
  });
});

describe("a connection error", () => {
  it("closes every channel of the connection, and no other connection", async () => {
    const [connection, other] = [await connect(broker), await connect(broker)];
    const [first, second] = [await openChannel(connection), await openChannel(connection)];
    const { queue } = await first.assertQueue("", { exclusive: true });
    const channelsClosed = Promise.all(
      [first, second].map((channel) => new Promise<void>((resolve) => channel.once("close", resolve))),
    );
    const closed = connectionClosed(connection);

    await first.consume(queue, () => {}, { consumerTag: "t" });
    first.consume(queue, () => {}, { consumerTag: "t" }).catch(() => {});

    assert.equal((await closed).replyCode, 530);
    await within("the channels to close", channelsClosed);
    await (await openChannel(other)).assertQueue("", { exclusive: true });
    await other.close();
  });
});

describe("updating the secret of a connection", () => {
  it("is answered", async () => {
    const connection = await connect(broker);

    await within("connection.update-secret-ok", connection.updateSecret(Buffer.from("guest"), "rotated"));

    await connection.close();
  });
});
