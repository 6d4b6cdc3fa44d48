import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { fieldTable, writeFieldTable } from "../../src/wire/field_table.ts";
import { HEADER_0_9_1, RawClient } from "../raw_client.ts";
import { ConfiguredBroker } from "./configured_broker.ts";

const FORGED =
  "\r\n2026-11-28 00:00:00.000000+00:00 [info] <0.1.0> connection 10.0.0.1:1 -> 10.0.0.2:2: user 'admin' authenticated";

/** Unusual names and passwords. */
const ODD: Readonly<Record<string, string>> = {
  "that is empty": "",
  "with NUL": "a\0b",
  "with line breaks": FORGED,
  "with other line breaks": "a\u0085b\u2028c\u2029d\ve\ff",
  "with escapes of terminals": "\x1b[2J\x1b]0;title\x07\x9b31m",
  "with marks of direction": "\u202eadmin\u2066x\u2069\u200f",
  "with emoji": "🐇🏳️‍🌈👩‍👩‍👧",
  "with letters of two ways": "abc مرحبا שלום",
  "with half a character": "\ud83d",
  "of 255 bytes": "x".repeat(255),
  "of 256 bytes": "x".repeat(256),
  "of 3000 bytes": "é".repeat(1500),
  "with quotes and format signs": "%s%n${user} `id` '; drop table users; --\\\"{line}",
};

describe("a name or password", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    broker = await ConfiguredBroker.start([]);
  });
  after(() => broker.close());

  async function refusalBy(mechanism: string, response: Uint8Array) {
    await using client = await RawClient.connect(broker.address);
    client.write(HEADER_0_9_1);
    await client.receive(0, "connection.start");
    const clientProperties = fieldTable({ capabilities: { authentication_failure_close: true } });
    client.send(0, "connection.start-ok", { clientProperties, mechanism, response, locale: "en_US" });
    return await client.receiveCloseOrEnd();
  }
  const byTable = (user: string, password: string) => {
    const writer = new ByteWriter();
    writeFieldTable(writer, fieldTable({ LOGIN: user, PASSWORD: password }));
    // It has no length in front.
    return refusalBy("AMQPLAIN", writer.written().slice(4));
  };

  it("of nobody is refused with one line in the log, while others are served", async () => {
    await broker.servesWhile(() =>
      Promise.all(
        Object.entries(ODD).flatMap(([what, text]) =>
          [[text, "crunch"], ["guest", text], [text, text]].flatMap(([user, password]) => [
            byTable(user, password).then((refusal) => assert.equal(refusal[0], 403, `${what}, AMQPLAIN`)),
            broker.refusal({ user, password }).then((refusal) =>
              // NUL separates the parts of PLAIN.
              assert.equal(refusal[0], `${user}${password}`.includes("\0") ? 502 : 403, `${what}, PLAIN`)
            ),
          ])
        ),
      )
    );
    assertLines(broker.haremq.stdout);
  });

  it("in other places does not break lines of the log either", async () => {
    await broker.servesWhile(async () => {
      for (const text of Object.values(ODD)) {
        const short = text.slice(0, 120);
        const properties = fieldTable({ product: short, version: short, platform: short, connection_name: short });
        await using client = await broker.open({ clientProperties: properties, channels: [1, 2] });
        client.send(1, "queue.declare", { queue: short, passive: true });
        await client.receiveClose(1);
        client.send(2, "exchange.declare", { exchange: short, type: short });
        await client.receiveClose(2);
        client.send(0, "connection.close", { replyCode: 200, replyText: short });
        await client.receive(0, "connection.close-ok");
        assert.equal((await refusalBy(short, new Uint8Array(0)))[0], 503);
        const opening = RawClient.open(broker.address, { virtualHost: short });
        await assert.rejects(opening, /NOT_ALLOWED/);
        await using stranger = await RawClient.connect(broker.address);
        stranger.write(new TextEncoder().encode(`${text}\r\n\r\n        `));
        await stranger.waitForEnd();
      }
    });
    assertLines(broker.haremq.stdout);
  });

  /** Asserts that all lines begin like those of the log, and none has an invisible character. */
  function assertLines(stdout: string): void {
    for (const line of stdout.trimEnd().split("\n")) {
      assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\S+ \[[a-z]+\] <[\d.]+> [A-Za-z]/);
      assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
      assert.doesNotMatch(line, /^\S+ \S+ \[[a-z]+\] <[\d.]+> connection 10\./);
    }
  }
});
