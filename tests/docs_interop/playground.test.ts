import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClientName, type Setting, writePrograms } from "../../ui/pages/playground/programs.ts";
import { Workshop } from "../docs/workshop.ts";

/** Interval between looks at the queue. In milliseconds. */
const LOOK_MS = 100;

/** A text with what must be written differently in literals. */
const BODY = 'a "quoted" line, Привет';

const authorization = `Basic ${btoa("guest:guest")}`;

describe("the programs of the playground", () => {
  let workshop: Workshop;
  let api: string;

  before(async () => {
    workshop = await Workshop.open();
    api = workshop.withPorts("http://localhost:15672/api");
  });

  after(() => workshop.close());

  async function call(method: string, path: string, body?: unknown) {
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(`${api}/${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  async function whenLength(queue: string, length: number): Promise<void> {
    const isReached = async () => {
      const { messages_ready, messages_unacknowledged } = await call("GET", `queues/%2F/${queue}`);
      return messages_ready + messages_unacknowledged === length;
    };
    while (!await isReached()) await sleep(LOOK_MS);
  }

  /** Closes the connections of programs, which mostly fail then. */
  async function closeConnections(): Promise<void> {
    for (const { name } of await call("GET", "connections")) {
      await call("DELETE", `connections/${encodeURIComponent(name)}`);
    }
  }

  const RUNNERS: Readonly<Partial<Record<ClientName, (code: string) => Promise<string>>>> = {
    pika: (code) => workshop.python(code),
    amqplib: (code) => workshop.program(code, "mjs"),
    go: (code) => workshop.go(code),
  };

  for (const [client, run] of Object.entries(RUNNERS) as [ClientName, (code: string) => Promise<string>][]) {
    it(`publish a message, and consume and acknowledge it: ${client}`, { timeout: 120_000 }, async () => {
      const queue = `of.${client}`;
      const setting: Setting = {
        host: "localhost",
        port: 5672,
        user: "guest",
        vhost: "/",
        exchange: "amq.topic",
        queue,
        routingKey: `key.${client}`,
        body: BODY,
      };
      await call("PUT", `queues/%2F/${queue}`, { durable: true });
      await call("POST", `bindings/%2F/e/amq.topic/q/${queue}`, { routing_key: setting.routingKey });
      const { producer, consumer } = writePrograms(client, setting);
      const code = (program: string) => workshop.withPorts(program.replace("guest:PASSWORD@", "guest:guest@"));
      await run(code(producer));
      await whenLength(queue, 1);
      const [{ payload, properties }] = await call("POST", `queues/%2F/${queue}/get`, {
        count: 1,
        ackmode: "peek",
        encoding: "auto",
      });
      assert.deepEqual([payload, properties.delivery_mode], [BODY, 2]);
      const ended = run(code(consumer)).catch(({ message }: Error) => message);
      await whenLength(queue, 0);
      await closeConnections();
      const output = await ended;
      const shown = client === "pika" ? "\\xd0\\x9f" : BODY;
      assert.ok(output.includes(shown), output);
    });
  }
});
