import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChannelModel, type ConfirmChannel, connect as connectAmqplib } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  unique,
} from "./client.ts";
import { canMakeUsers, makeUsers, type UserUnderTest } from "./users.ts";

const OPERATIONS = ["configure", "write", "read"] as const;
/** Prefixes of names: a queue, an exchange, another exchange, and the default exchange. */
const RESOURCES = { q: "queue", x: "exchange", y: "exchange", "amq.default": "exchange" } as const;

type Resource = keyof typeof RESOURCES;
/** For example `write x`: to write to a resource whose name begins with x. */
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

/** An operation of a client with the permissions that it needs (RabbitMQ: Access Control). */
interface Case {
  readonly needs: readonly Permission[];
  /** Creates what the operation needs. */
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
  "queue.declare of a queue that is there with its dead letter exchange": {
    needs: ["configure q"],
    given: (admin, { q, y }) => admin.assertQueue(q, { durable: false, deadLetterExchange: y }),
    act: (channel, { q, y }) => channel.assertQueue(q, { durable: false, deadLetterExchange: y }),
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
  "basic.get of the queue that was declared last": {
    needs: ["configure q", "read q"],
    act: async (channel, { q }) => {
      await channel.assertQueue(q, { durable: false });
      await channel.get("");
    },
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
  "exchange.declare of an exchange that is there with its alternate exchange": {
    needs: ["configure x"],
    given: (admin, { x, y }) => admin.assertExchange(x, "fanout", { durable: false, alternateExchange: y }),
    act: (channel, { x, y }) => channel.assertExchange(x, "fanout", { durable: false, alternateExchange: y }),
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

/** Returns a user with these permissions and no others. */
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

/** Opens a channel of a user, who has one connection. */
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

  describe("an operation that needs permission", () => {
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
        // The refusal of a message is reported by the end of the channel, not by its confirm.
        const reason = isRefused
          ? await Promise.race([closed, refusal(act(channel, names))])
          : await act(channel, names);
        await closeQuietly(channel);
        for (const name of [names.x, names.y]) await admin.deleteExchange(name);
        await admin.deleteQueue(names.q);
        return { reason: reason as { replyCode: number; replyText: string }, names };
      };

      it(`${operation} needs ${needs.join(", ") || "no permission"}`, async () => {
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
          // RabbitMQ 3 does not name the permission.
          const text = new RegExp(
            `^ACCESS_REFUSED - (${verb} )?access to ${phrase} in vhost '/' refused for user '${user}'$`,
          );
          assert.match(reason.replyText, text);
        }
      });
    }
  });

  describe("a passive declaration", () => {
    const run = unique("passive");
    const mayOf = (operation: string) => `${run}-${operation}`;
    before(() =>
      makeUsers(broker, [
        ...OPERATIONS.map((operation) => userWith(mayOf(operation), [`${operation} q`, `${operation} x`])),
        userWith(mayOf("nothing"), []),
      ])
    );

    const CHECKS: Readonly<Record<string, (channel: ConfirmChannel, names: Names) => Promise<unknown>>> = {
      queue: (channel, { q }) => channel.checkQueue(q),
      exchange: (channel, { x }) => channel.checkExchange(x),
    };
    for (const [kind, check] of Object.entries(CHECKS)) {
      it(`of ${kind === "queue" ? "a queue" : "an exchange"} needs any of the three permissions`, async () => {
        const names = { q: unique("q"), x: unique("x"), y: unique("y") };
        await queueAndExchange(admin, names);
        for (const operation of OPERATIONS) await check(await channelOf(mayOf(operation)), names);
        await admin.deleteExchange(names.x);
        await admin.deleteQueue(names.q);
      });

      it(
        `of ${
          kind === "queue" ? "a queue" : "an exchange"
        } by a user without permissions is refused, be it there or not`,
        {
          skip: productUnderTest === "rabbitmq" && "RabbitMQ asks for permissions since 4.3",
        },
        async () => {
          const names = { q: unique("q"), x: unique("x"), y: unique("y") };
          for (const isThere of [true, false]) {
            if (isThere) await queueAndExchange(admin, names);
            const { replyCode, replyText } = await refusal(check(await channelOf(mayOf("nothing")), names));
            assert.equal(replyCode, 403);
            const phrase = `${kind} '${kind === "queue" ? names.q : names.x}' in vhost '/'`;
            const user = mayOf("nothing");
            assert.equal(replyText, `ACCESS_REFUSED - configure access to ${phrase} refused for user '${user}'`);
            await admin.deleteExchange(names.x);
            await admin.deleteQueue(names.q);
          }
        },
      );
    }
  });

  describe("a user without permissions", () => {
    const user = unique("nobody");
    before(() => makeUsers(broker, [userWith(user, [])]));

    it("may use what names neither exchange nor queue", async () => {
      const channel = await channelOf(user);
      await channel.prefetch(1);
      await channel.recover();
      await channel.cancel("no-consumer");
      channel.ackAll();
      channel.nackAll();
      await channel.waitForConfirms();
      await closeQuietly(channel);
      const transactional = await openChannel(connections.get(user)!);
      for (const name of ["tx.select", "tx.commit", "tx.rollback"] as const) await call(transactional, name);
      await transactional.close();
    });

    it("learns that a predeclared exchange stays before anything else", async () => {
      const { replyCode, replyText } = await refusal((await channelOf(user)).deleteExchange("amq.topic"));
      assert.equal(replyCode, 403);
      assert.equal(
        replyText,
        "ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed",
      );
    });

    it("is refused a queue named by the server, by that name", async () => {
      const { replyText } = await refusal((await channelOf(user)).assertQueue(""));
      assert.match(replyText, /access to queue 'amq\.gen-[\w-]{22}' in vhost '\/' refused for user '/);
    });

    it("is refused the default exchange, after operations that it does not have", async () => {
      const { replyText } = await refusal((await channelOf(user)).bindQueue("q", "", "k"));
      assert.match(replyText, /access to queue 'q' in vhost '\/' refused for user '/);
      const bound = await refusal((await channelOf(user)).checkExchange(""));
      assert.equal(bound.replyText, "ACCESS_REFUSED - operation not permitted on the default exchange");
    });
  });
}
