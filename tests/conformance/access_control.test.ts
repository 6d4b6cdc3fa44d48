import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChannelModel, type ConfirmChannel, connect as connectAmqplib } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { channelClosed, closeQuietly, connect, openConfirmChannel, publish, refusal, unique } from "./client.ts";
import { canMakeUsers, makeUsers, type UserUnderTest } from "./users.ts";

const OPERATIONS = ["configure", "write", "read"] as const;
/** What names begin with: a queue, an exchange, another exchange, and the default exchange. */
const RESOURCES = { q: "queue", x: "exchange", y: "exchange", "amq.default": "exchange" } as const;

type Resource = keyof typeof RESOURCES;
/** Such as `write x`: to write to what has a name that begins with x. */
type Permission = `${(typeof OPERATIONS)[number]} ${Resource}`;

const PERMISSIONS = OPERATIONS.flatMap((operation) =>
  (Object.keys(RESOURCES) as Resource[]).map((resource): Permission => `${operation} ${resource}`)
);

/** The names that a test uses. */
interface Names {
  readonly q: string;
  readonly x: string;
  readonly y: string;
}

/** What a client may do, and what it has to be permitted for it (RabbitMQ: Access Control). */
interface Case {
  readonly needs: readonly Permission[];
  /** Makes what there has to be before. */
  readonly given?: (admin: ConfirmChannel, names: Names) => Promise<unknown>;
  readonly act: (channel: ConfirmChannel, names: Names) => Promise<unknown>;
}

const queueAndExchange = async (admin: ConfirmChannel, { q, x }: Names) => {
  await admin.assertQueue(q, { durable: false });
  await admin.assertExchange(x, "direct", { durable: false });
};
const exchanges = async (admin: ConfirmChannel, { x, y }: Names) => {
  for (const name of [x, y]) await admin.assertExchange(name, "fanout", { durable: false });
};

const CASES: Readonly<Record<string, Case>> = {
  "queue.declare": { needs: ["configure q"], act: (channel, { q }) => channel.assertQueue(q, { durable: false }) },
  "queue.declare of a queue that is there": {
    needs: ["configure q"],
    given: queueAndExchange,
    act: (channel, { q }) => channel.assertQueue(q, { durable: false }),
  },
  "queue.declare with a dead letter exchange": {
    needs: ["configure q", "read q", "write y"],
    act: (channel, { q, y }) => channel.assertQueue(q, { durable: false, deadLetterExchange: y }),
  },
  "queue.declare with the default exchange for dead letters": {
    needs: ["configure q", "read q", "write amq.default"],
    act: (channel, { q }) => channel.assertQueue(q, { durable: false, deadLetterExchange: "" }),
  },
  "queue.delete": { needs: ["configure q"], given: queueAndExchange, act: (channel, { q }) => channel.deleteQueue(q) },
  "queue.bind": {
    needs: ["write q", "read x"],
    given: queueAndExchange,
    act: (channel, { q, x }) => channel.bindQueue(q, x, "k"),
  },
  "queue.unbind": {
    needs: ["write q", "read x"],
    given: queueAndExchange,
    act: (channel, { q, x }) => channel.unbindQueue(q, x, "k"),
  },
  "queue.purge": { needs: ["read q"], given: queueAndExchange, act: (channel, { q }) => channel.purgeQueue(q) },
  "basic.consume": {
    needs: ["read q"],
    given: queueAndExchange,
    act: (channel, { q }) => channel.consume(q, () => {}),
  },
  "basic.consume of replies": {
    needs: [],
    act: (channel) => channel.consume("amq.rabbitmq.reply-to", () => {}, { noAck: true }),
  },
  "basic.get": { needs: ["read q"], given: queueAndExchange, act: (channel, { q }) => channel.get(q) },
  "basic.publish": {
    needs: ["write x"],
    given: queueAndExchange,
    act: (channel, { x }) => publish(channel, x, "k", "message"),
  },
  "basic.publish to the default exchange": {
    needs: ["write amq.default"],
    given: queueAndExchange,
    act: (channel, { q }) => publish(channel, "", q, "message"),
  },
  "exchange.declare": {
    needs: ["configure x"],
    act: (channel, { x }) => channel.assertExchange(x, "fanout", { durable: false }),
  },
  "exchange.declare with an alternate exchange": {
    needs: ["configure x", "read x", "write y"],
    act: (channel, { x, y }) => channel.assertExchange(x, "fanout", { durable: false, alternateExchange: y }),
  },
  "exchange.delete": { needs: ["configure x"], given: exchanges, act: (channel, { x }) => channel.deleteExchange(x) },
  "exchange.bind": {
    needs: ["write y", "read x"],
    given: exchanges,
    act: (channel, { x, y }) => channel.bindExchange(y, x, "k"),
  },
  "exchange.unbind": {
    needs: ["write y", "read x"],
    given: exchanges,
    act: (channel, { x, y }) => channel.unbindExchange(y, x, "k"),
  },
};

/** A user that has these permissions and no others. */
function userWith(name: string, permissions: readonly Permission[]): UserUnderTest {
  const pattern = (operation: (typeof OPERATIONS)[number]) => {
    const resources = permissions.filter((each) => each.startsWith(operation)).map((each) => each.split(" ")[1]);
    return resources.length === 0 ? "" : `^(${resources.map((each) => each.replace(".", "\\.")).join("|")})(-|$)`;
  };
  return { name, configure: pattern("configure"), write: pattern("write"), read: pattern("read") };
}

let broker: BrokerUnderTest;
let adminConnection: ChannelModel;
let admin: ConfirmChannel;
const connections = new Map<string, ChannelModel>();

/** A channel of a user, of whom there is one connection. */
async function channelOf(user: string): Promise<ConfirmChannel> {
  let connection = connections.get(user);
  if (connection === undefined) {
    connection = await connectAmqplib(`amqp://${user}:crunch@${broker.host}:${broker.port}`, { noDelay: true });
    connection.on("error", () => {});
    connections.set(user, connection);
  }
  return await openConfirmChannel(connection);
}

if (canMakeUsers) {
  before(async () => {
    broker = await startBrokerUnderTest();
    adminConnection = await connect(broker);
    admin = await openConfirmChannel(adminConnection);
  });
  after(async () => {
    for (const connection of [...connections.values(), adminConnection]) await closeQuietly(connection);
    await broker.close();
  });

  describe("the permission that an operation needs", () => {
    const run = unique("run");
    const lackingOf = (permission: Permission) => `${run}-all-but-${permission.replace(" ", "-")}`;
    const exactOf = (name: string) => `${run}-${name.replace(/\W/g, "-")}`;
    before(() =>
      makeUsers(broker, [
        ...PERMISSIONS.map((lacking) =>
          userWith(lackingOf(lacking), PERMISSIONS.filter((permission) => permission !== lacking))
        ),
        ...Object.entries(CASES).map(([name, { needs }]) => userWith(exactOf(name), needs)),
      ])
    );

    for (const [operation, { needs, given, act }] of Object.entries(CASES)) {
      const attempt = async (user: string, isRefused: boolean) => {
        const names = { q: unique("q"), x: unique("x"), y: unique("y") };
        await given?.(admin, names);
        const channel = await channelOf(user);
        const closed = channelClosed(channel);
        closed.catch(() => {});
        // Of a message that is refused the channel's end tells, and not its confirm.
        const reason = isRefused
          ? await Promise.race([closed, refusal(act(channel, names))])
          : await act(channel, names);
        await closeQuietly(channel);
        for (const name of [names.x, names.y]) await admin.deleteExchange(name);
        await admin.deleteQueue(names.q);
        return { reason: reason as { replyCode: number; replyText: string }, names };
      };

      it(`of ${operation} is ${needs.join(", ") || "none"}`, async () => {
        await attempt(exactOf(operation), false);
        for (const permission of PERMISSIONS) {
          const user = lackingOf(permission);
          const isRefused = needs.includes(permission);
          const { reason, names } = await attempt(user, isRefused);
          if (!isRefused) continue;
          const [verb, resource] = permission.split(" ") as [string, Resource];
          const name = resource === "amq.default" ? resource : names[resource];
          const phrase = `${RESOURCES[resource]} '${name}'`;
          assert.equal(reason.replyCode, 403);
          // RabbitMQ 3 does not tell which permission it was.
          const text = new RegExp(
            `^ACCESS_REFUSED - (${verb} )?access to ${phrase} in vhost '/' refused for user '${user}'$`,
          );
          assert.match(reason.replyText, text);
        }
      });
    }
  });

  describe("a user with a name and password of any characters", () => {
    const texts = ["é", "e\u0301", "مرحبا", "\u202eadmin", "🐇".repeat(20), " a b ", "a:b@c/d?e#f%", "x".repeat(200)];
    const users = texts.map((text, index) => ({
      name: unique(text),
      password: `${text}${index}`,
      configure: ".*",
      write: ".*",
      read: ".*",
    }));
    before(() => makeUsers(broker, users));

    it("logs in by PLAIN, and by no other's password", async () => {
      for (const [index, { name, password }] of users.entries()) {
        const logIn = (password: string) => {
          const { host, port } = broker;
          return connectAmqplib({ hostname: host, port, username: name, password }, { noDelay: true });
        };
        const connection = await logIn(password);
        await connection.close();
        await assert.rejects(logIn(users[(index + 1) % users.length].password), /403 \(ACCESS-REFUSED\)/);
      }
    });
  });

  describe("a topic permission", () => {
    const user = unique("topic");
    const everything = { configure: ".*", write: ".*", read: ".*" };
    before(() =>
      makeUsers(broker, [{ name: user, ...everything, topic: { write: "^{username}\\.", read: "^(a|b)\\.{vhost}" } }])
    );

    /** Whether an operation is refused, with the text for that. */
    async function textOf(act: (channel: ConfirmChannel) => Promise<unknown>): Promise<string> {
      const channel = await channelOf(user);
      const closed = channelClosed(channel);
      closed.catch(() => {});
      const result = await Promise.race([closed, act(channel).then(() => undefined, () => closed)]);
      await closeQuietly(channel);
      return result === undefined ? "permitted" : result.replyText;
    }

    it("to write is asked for with each routing key of its exchange", async () => {
      const write = (exchange: string, key: string) => textOf((channel) => publish(channel, exchange, key, "message"));
      assert.equal(await write("amq.topic", `${user}.a`), "permitted");
      assert.equal(await write("amq.direct", "anything"), "permitted");
      const text = await write("amq.topic", "other.a");
      assert.match(
        text,
        /^ACCESS_REFUSED - (write )?access to topic 'other\.a' in exchange 'amq\.topic' in vhost '\/' refused for user '/,
      );
    });

    it("to read is asked for with each binding key", async () => {
      const queue = unique("q");
      await admin.assertQueue(queue, { durable: false });
      const bind = (key: string) => textOf((channel) => channel.bindQueue(queue, "amq.topic", key));
      assert.equal(await bind("a./"), "permitted");
      assert.equal(await bind("b./.x"), "permitted");
      assert.match(await bind("c./"), /access to topic 'c\.\/' in exchange/);
      assert.match(await textOf((channel) => channel.unbindQueue(queue, "amq.topic", "#")), /access to topic '#'/);
      await admin.deleteQueue(queue);
    });
  });
}
