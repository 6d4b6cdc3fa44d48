import assert from "node:assert/strict";
import net from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { concat, HEADER_0_9_1, RawClient } from "../raw_client.ts";
import { v1 } from "../transport/proxy_headers.ts";
import { ConfiguredBroker } from "./configured_broker.ts";

const COUNT = 200;
/** A header that says that the client is on the broker's machine, where guest may log in from. */
const FORGED = concat(v1("TCP4 127.0.0.1 127.0.0.1 77 5672"), HEADER_0_9_1);

/** Sends a PROXY header from many connections at once, and returns the answers until they are closed. */
function sendFromMany(port: number, localAddress: string): Promise<string[]> {
  return Promise.all(Array.from({ length: COUNT }, async () => {
    const socket = net.connect({ host: "127.0.0.1", port, localAddress });
    let answer = "";
    socket.on("data", (chunk: Uint8Array) => answer += String.fromCharCode(...chunk)).on("error", () => {});
    // Where the server drops a connection with unread bytes, it ends by a reset.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(FORGED);
    await closed;
    return answer;
  }));
}

describe("a PROXY header", () => {
  let broker: ConfiguredBroker;
  before(async () => broker = await ConfiguredBroker.start([]));
  after(() => broker.close());

  it("where none is expected is answered by the protocol's version, while others are served", async () => {
    const answers = await broker.servesWhile(() => sendFromMany(broker.address.port, "127.0.0.1"));
    assert.deepEqual(new Set(answers), new Set(["AMQP\0\0\x09\x01"]));
    await broker.haremq.line(/does not begin with an AMQP header but with 50 52 4f 58 59/);
  });
});

// Other systems have no 127.0.0.2.
if (process.platform === "linux") {
  describe("a PROXY header from a peer that is no trusted proxy", () => {
    let broker: ConfiguredBroker;
    before(async () => {
      broker = await ConfiguredBroker.start(["proxy_protocol = true", "proxy_protocol.trusted_proxies.1 = 127.0.0.1"]);
    });
    after(() => broker.close());

    it("is not answered, while clients behind the trusted one are served", async () => {
      await using client = await RawClient.open(broker.address, { header: FORGED });
      let isOver = false;
      const refused = sendFromMany(broker.address.port, "127.0.0.2").finally(() => isOver = true);
      for (let count = 0; !isOver; count++) {
        await client.request(1, "queue.declare", { queue: `served-${count}`, exclusive: true });
      }
      assert.deepEqual(new Set(await refused), new Set([""]));
      await broker.haremq.line(/connection 127\.0\.0\.2:\d+ -> \S+: refused: it does not come from a trusted proxy\n/);
      await using _another = await RawClient.open(broker.address, { header: FORGED });
    });
  });
}
