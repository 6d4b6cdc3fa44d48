import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { connect as connectWithPromises } from "amqplib";
import { type Channel, connect, type Connection } from "amqplib/callback_api";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { unique, within } from "./client.ts";

// The programs of https://www.rabbitmq.com/tutorials for JavaScript, in their callback style; their output is
// collected. Names of queues and exchanges are unique, so that the tests can share a broker.

let broker: BrokerUnderTest;
let terminal: Terminal;
let connections: Connection[];
let names: string[];

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(() => {
  terminal = new Terminal();
  connections = [];
  names = [];
});
afterEach(async () => {
  for (const connection of connections) await new Promise<void>((resolve) => connection.close(() => resolve()));
  const connection = await connectWithPromises(broker.url);
  const channel = await connection.createChannel();
  for (const name of names) {
    await channel.deleteQueue(name);
    await channel.deleteExchange(name);
  }
  await connection.close();
});

/** Returns the name of a queue or an exchange, which is deleted after the test. */
function named(name: string): string {
  names.push(unique(name));
  return names.at(-1)!;
}

/** Does what every program of the tutorials begins with. */
function connectAndOpenChannel(then: (channel: Channel, connection: Connection) => void): void {
  connect(broker.url, (error0, connection) => {
    if (error0) throw error0;
    connections.push(connection);
    connection.createChannel((error1, channel) => {
      if (error1) throw error1;
      then(channel, connection);
    });
  });
}

/** The output of the programs. */
class Terminal {
  readonly lines: string[] = [];
  #wake = () => {};

  print(line: string): void {
    this.lines.push(line);
    this.#wake();
  }

  /** Waits until there are `count` lines. */
  async read(count: number): Promise<string[]> {
    while (this.lines.length < count) {
      await within(
        `line ${count} after ${JSON.stringify(this.lines)}`,
        new Promise<void>((resolve) => this.#wake = resolve),
      );
    }
    return this.lines;
  }
}

describe("tutorial one, hello world", () => {
  it("receive prints what send sent, in either order of starting", async () => {
    const queue = named("hello");
    const send = () =>
      connectAndOpenChannel((channel) => {
        const message = "Hello World!";
        channel.assertQueue(queue, { durable: false });
        channel.sendToQueue(queue, Buffer.from(message));
        terminal.print(` [x] Sent ${message}`);
      });
    const receive = () =>
      connectAndOpenChannel((channel) => {
        channel.assertQueue(queue, { durable: false });
        channel.consume(queue, (message) => terminal.print(` [x] Received ${message!.content}`), { noAck: true });
      });

    send();
    await terminal.read(1);
    receive();
    await terminal.read(2);
    send();
    await terminal.read(4);

    assert.deepEqual(terminal.lines.slice(0, 2), [" [x] Sent Hello World!", " [x] Received Hello World!"]);
    assert.deepEqual(terminal.lines.slice(2), [" [x] Sent Hello World!", " [x] Received Hello World!"]);
  });
});

describe("tutorial two, work queues", () => {
  it("distributes tasks to free workers, and a lost worker's task to another", async () => {
    const queue = named("task_queue");
    const newTask = (message: string) =>
      connectAndOpenChannel((channel) => {
        channel.assertQueue(queue, { durable: true });
        channel.sendToQueue(queue, Buffer.from(message), { persistent: true });
      });
    const worker = (name: string, work: (done: () => void) => void) =>
      new Promise<Connection>((started) =>
        connectAndOpenChannel((channel, connection) => {
          channel.assertQueue(queue, { durable: true });
          channel.prefetch(1);
          channel.consume(
            queue,
            (message) => {
              terminal.print(`${name} received ${message!.content}`);
              work(() => channel.ack(message!));
            },
            { noAck: false },
            () => started(connection),
          );
        })
      );
    const stuck = await worker("stuck", () => {});
    newTask("first");
    await terminal.read(1);
    await worker("busy", (done) => done());

    for (const task of ["second", "third", "fourth"]) {
      const seen = terminal.lines.length;
      newTask(task);
      await terminal.read(seen + 1);
    }
    connections.splice(connections.indexOf(stuck), 1);
    stuck.close();
    await terminal.read(5);

    assert.deepEqual(terminal.lines, [
      "stuck received first",
      "busy received second",
      "busy received third",
      "busy received fourth",
      "busy received first",
    ]);
  });
});

describe("tutorial three, publish and subscribe", () => {
  it("brings every log line to every receiver", async () => {
    const exchange = named("logs");
    const receiveLogs = (name: string) =>
      new Promise<void>((started) =>
        connectAndOpenChannel((channel) => {
          channel.assertExchange(exchange, "fanout", { durable: false });
          channel.assertQueue("", { exclusive: true }, (error, q) => {
            if (error) throw error;
            channel.bindQueue(q.queue, exchange, "");
            channel.consume(
              q.queue,
              (message) => terminal.print(`${name}: ${message!.content}`),
              { noAck: true },
              () => started(),
            );
          });
        })
      );
    const emitLog = (message: string) =>
      connectAndOpenChannel((channel) => {
        channel.assertExchange(exchange, "fanout", { durable: false });
        channel.publish(exchange, "", Buffer.from(message));
      });
    await receiveLogs("screen");
    await receiveLogs("disk");

    emitLog("info: Hello World!");

    assert.deepEqual((await terminal.read(2)).sort(), ["disk: info: Hello World!", "screen: info: Hello World!"]);
  });
});

describe("tutorial four, routing", () => {
  it("brings a receiver the severities that it selected", async () => {
    const exchange = named("direct_logs");
    const receiveLogsDirect = (name: string, severities: string[]) =>
      new Promise<void>((started) =>
        connectAndOpenChannel((channel) => {
          channel.assertExchange(exchange, "direct", { durable: false });
          channel.assertQueue("", { exclusive: true }, (error, q) => {
            if (error) throw error;
            severities.forEach((severity) => channel.bindQueue(q.queue, exchange, severity));
            channel.consume(
              q.queue,
              (message) => terminal.print(`${name}: ${message!.fields.routingKey}: '${message!.content}'`),
              { noAck: true },
              () => started(),
            );
          });
        })
      );
    await receiveLogsDirect("disk", ["error"]);
    await receiveLogsDirect("screen", ["info", "warning", "error"]);

    connectAndOpenChannel((channel) => {
      channel.assertExchange(exchange, "direct", { durable: false });
      channel.publish(exchange, "info", Buffer.from("Ready."));
      channel.publish(exchange, "debug", Buffer.from("Nobody listens."));
      channel.publish(exchange, "error", Buffer.from("Run. Run. Or it will explode."));
    });

    assert.deepEqual((await terminal.read(3)).toSorted(), [
      "disk: error: 'Run. Run. Or it will explode.'",
      "screen: error: 'Run. Run. Or it will explode.'",
      "screen: info: 'Ready.'",
    ]);
  });
});

describe("tutorial five, topics", () => {
  it("brings a receiver the topics that its patterns match", async () => {
    const exchange = named("topic_logs");
    const receiveLogsTopic = (name: string, patterns: string[]) =>
      new Promise<void>((started) =>
        connectAndOpenChannel((channel) => {
          channel.assertExchange(exchange, "topic", { durable: false });
          channel.assertQueue("", { exclusive: true }, (error, q) => {
            if (error) throw error;
            patterns.forEach((pattern) => channel.bindQueue(q.queue, exchange, pattern));
            channel.consume(
              q.queue,
              (message) => terminal.print(`${name}: ${message!.fields.routingKey}`),
              { noAck: true },
              () => started(),
            );
          });
        })
      );
    await receiveLogsTopic("all", ["#"]);
    await receiveLogsTopic("kernel", ["kern.*"]);
    await receiveLogsTopic("critical", ["*.critical"]);
    await receiveLogsTopic("both", ["kern.*", "*.critical"]);

    connectAndOpenChannel((channel) => {
      channel.assertExchange(exchange, "topic", { durable: false });
      channel.publish(exchange, "kern.critical", Buffer.from("A critical kernel error"));
      channel.publish(exchange, "app.critical", Buffer.from("Out of coffee"));
      channel.publish(exchange, "kern.info", Buffer.from("Booted"));
      channel.publish(exchange, "anonymous", Buffer.from("Hm"));
    });

    assert.deepEqual((await terminal.read(11)).toSorted(), [
      "all: anonymous",
      "all: app.critical",
      "all: kern.critical",
      "all: kern.info",
      "both: app.critical",
      "both: kern.critical",
      "both: kern.info",
      "critical: app.critical",
      "critical: kern.critical",
      "kernel: kern.critical",
      "kernel: kern.info",
    ]);
  });
});

describe("tutorial six, remote procedure call", () => {
  it("answers each request on its own reply queue, with its correlation id", async () => {
    const queue = named("rpc_queue");
    const fibonacci = (n: number): number => n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    const server = () =>
      new Promise<void>((started) =>
        connectAndOpenChannel((channel) => {
          channel.assertQueue(queue, { durable: false });
          channel.prefetch(1);
          channel.consume(
            queue,
            (message) => {
              const answer = fibonacci(Number(message!.content.toString()));
              const { replyTo, correlationId } = message!.properties;
              channel.sendToQueue(replyTo, Buffer.from(String(answer)), { correlationId });
              channel.ack(message!);
            },
            {},
            () => started(),
          );
        })
      );
    const client = (n: number) =>
      connectAndOpenChannel((channel) => {
        channel.assertQueue("", { exclusive: true }, (error, q) => {
          if (error) throw error;
          const correlationId = crypto.randomUUID();
          channel.consume(q.queue, (message) => {
            if (message!.properties.correlationId !== correlationId) return;
            terminal.print(` [.] Got fib(${n}) = ${message!.content}`);
          }, { noAck: true });
          channel.sendToQueue(queue, Buffer.from(String(n)), { correlationId, replyTo: q.queue });
        });
      });
    await server();

    for (const n of [1, 10, 20]) client(n);

    assert.deepEqual((await terminal.read(3)).toSorted(), [
      " [.] Got fib(1) = 1",
      " [.] Got fib(10) = 55",
      " [.] Got fib(20) = 6765",
    ]);
  });
});

describe("tutorial seven, publisher confirms", () => {
  const messageCount = 300;

  it("publishes message by message", async () => {
    const connection = await connectWithPromises(broker.url);
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });

    for (let i = 0; i < messageCount; i++) {
      channel.sendToQueue(queue, Buffer.from(String(i)));
      await within("a confirm", channel.waitForConfirms());
    }

    assert.equal((await channel.checkQueue(queue)).messageCount, messageCount);
    await connection.close();
  });

  it("publishes in batches", async () => {
    const connection = await connectWithPromises(broker.url);
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });

    for (let i = 0; i < messageCount; i++) {
      channel.sendToQueue(queue, Buffer.from(String(i)));
      if (i % 100 === 99) await within("the confirms of a batch", channel.waitForConfirms());
    }

    assert.equal((await channel.checkQueue(queue)).messageCount, messageCount);
    await connection.close();
  });

  it("handles confirms as they come", async () => {
    const connection = await connectWithPromises(broker.url);
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const outstanding = new Map<number, string>();

    await within(
      "all confirms",
      new Promise<void>((resolve, reject) => {
        for (let i = 0; i < messageCount; i++) {
          outstanding.set(i, String(i));
          channel.sendToQueue(queue, Buffer.from(String(i)), {}, (error) => {
            if (error) return reject(error);
            outstanding.delete(i);
            if (outstanding.size === 0) resolve();
          });
        }
      }),
    );

    assert.equal((await channel.checkQueue(queue)).messageCount, messageCount);
    await connection.close();
  });
});
