import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { after, before, describe, it } from "node:test";
import { fieldTable } from "../../src/wire/field_table.ts";
import { concat, HEADER_0_9_1, methodFrame, plainResponse } from "../frames.ts";
import { ConfiguredBroker } from "./configured_broker.ts";

const ATTEMPTS = 10_000;
/** Number of connections that try passwords at a time. */
const TOGETHER = 200;
const CAPABILITIES = fieldTable({ capabilities: { authentication_failure_close: true } });
const REFUSED = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.";

describe("ten thousand wrong passwords from one peer", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    // IPv6's loopback address is another peer than IPv4's.
    broker = await ConfiguredBroker.start(["listeners.tcp.2 = ::1:0"]);
  });
  after(() => broker.close());

  /** Tries one password, and resolves with the broker's answer before it closes the connection. */
  async function attempt(port: number, password: string): Promise<string> {
    const socket = createConnection({ host: "::1", port, noDelay: true });
    socket.on("error", () => {});
    let said = "";
    socket.on("data", (chunk) => said += chunk.toString("latin1"));
    socket.on("end", () => socket.end());
    const response = plainResponse("guest", password);
    const startOk = { clientProperties: CAPABILITIES, mechanism: "PLAIN", response, locale: "en_US" };
    const closeOk = methodFrame(0, "connection.close-ok");
    socket.write(concat(HEADER_0_9_1, methodFrame(0, "connection.start-ok", startOk), closeOk));
    await once(socket, "close");
    return said;
  }

  it("are all refused, while other peers log in and work, and the right one is accepted at the end", async () => {
    const [, port] = await broker.haremq.line(/ and \[::1\]:(\d+)/);
    let attempts = 0;
    const guess = async () => {
      while (attempts < ATTEMPTS) {
        const said = await attempt(Number(port), `guess ${attempts++}`);
        assert.ok(said.includes(REFUSED), said);
      }
    };
    await broker.servesWhile(() => Promise.all(Array.from({ length: TOGETHER }, guess)));
    // None of them waits any more, and a right password is never delayed.
    await using client = await broker.open();
    await client.request(1, "queue.declare", { exclusive: true });

    broker.haremq.child.kill("SIGTERM");
    await client.receiveClose(0);
    client.send(0, "connection.close-ok");
    await broker.haremq.ended;
    const { stdout } = broker.haremq;
    const count = (text: string) => stdout.split(text).length - 1;
    const wrong = count("PLAIN login refused: user 'guest' - invalid credentials");
    const atOnce = count("PLAIN login refused: user 'guest' - too many failed logins from this peer");
    assert.equal(wrong + atOnce, ATTEMPTS);
    assert.ok(atOnce > 0, "more than may wait are refused at once");
    assert.ok(!stdout.includes("guess "));
  });
});
