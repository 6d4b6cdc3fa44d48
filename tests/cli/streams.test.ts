import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Buffer } from "node:buffer";
import { after, describe, it } from "node:test";
import { connect, type ConsumeMessage } from "amqplib";
import { Inbox, openConfirmChannel, text } from "../conformance/client.ts";
import { Haremq } from "./haremq.ts";

after(() => Haremq.stopAll());

const ROUNDS = 4;
const PUBLISHED_AT_ONCE = 500;
const CONFIRMS = 2000;

describe("a stream whose broker is killed", () => {
  it("has everything confirmed at the offset where it was read, and continues behind it", async () => {
    const folder = await mkdtemp(`${tmpdir()}/haremq-stream-`);
    /** Messages that were read, by offset. */
    const read = new Map<number, string>();
    const confirmed = new Set<string>();
    let published = 0;

    for (let round = 0; round < ROUNDS; round++) {
      const haremq = new Haremq("--port", "0", "--data-dir", folder);
      const { host, port } = await haremq.address();
      const connection = await connect({ hostname: host, port });
      connection.on("error", () => {});
      const channel = await openConfirmChannel(connection);
      await channel.assertQueue("log", { durable: true, arguments: { "x-queue-type": "stream" } });
      await channel.prefetch(60_000);

      const { messageCount } = await channel.checkQueue("log");
      const left = new Set(confirmed);
      const inbox = await Inbox.open(channel, "log", { arguments: { "x-stream-offset": "first" } });
      const note = (message: ConsumeMessage) => {
        const offset: number = message.properties.headers!["x-stream-offset"];
        assert.equal(read.get(offset) ?? text(message), text(message), `there was another message at offset ${offset}`);
        read.set(offset, text(message));
        left.delete(text(message));
      };
      for (const message of await inbox.take(messageCount)) note(message);
      assert.deepEqual([...left], [], `lost before round ${round}`);
      assert.equal(Math.max(-1, ...read.keys()), messageCount - 1);

      let confirms = 0;
      await new Promise<void>((resolve) => {
        const publish = () => {
          const body = `message ${published++}`;
          channel.publish("", "log", Buffer.from(body), { persistent: round % 2 === 0 }, (error) => {
            if (error || confirms === CONFIRMS) return;
            confirmed.add(body);
            if (++confirms < CONFIRMS) publish();
            else {
              haremq.child.kill("SIGKILL");
              resolve();
            }
          });
        };
        for (let i = 0; i < PUBLISHED_AT_ONCE; i++) publish();
      });
      // The offsets that it had sent by then must not have other messages after the next start.
      await new Promise((resolve) => connection.once("close", resolve));
      for (const message of inbox.waiting) note(message);
      await haremq.ended;
    }
    await rm(folder, { recursive: true });
  });
});
