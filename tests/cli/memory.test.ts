import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, describe, it } from "node:test";
import { HEADER_0_9_1 } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

after(() => Haremq.stopAll());

const MEBIBYTE = 1024 * 1024;
/** Until then the heap grows to the size that it works with. */
const WARM_UP = 10_000;
const ABANDONED = 10_000;
const LEFT_MAX = 24 * MEBIBYTE;
const ROUNDS_MAX = 4;
const AT_ONCE = 250;

/** Opens connections that never get beyond their protocol header, and drops them without a word. */
async function abandon(count: number, address: { host: string; port: number }): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      const socket = connect(address.port, address.host);
      await once(socket, "connect");
      socket.write(HEADER_0_9_1);
      await once(socket, "data");
      socket.destroy();
    }));
  }
}

describe("the memory of the broker's process", () => {
  it("is what it was before another ten thousand connections that were opened and abandoned", async () => {
    const haremq = new Haremq("--port", "0");
    const address = await haremq.address();
    await abandon(WARM_UP, address);
    // On a busy machine the heap takes longer to find its size; what leaks is left by each ten thousand again.
    let growth = Infinity;
    for (let round = 1; round <= ROUNDS_MAX && growth >= LEFT_MAX; round++) {
      const before = haremq.residentBytes();
      await abandon(ABANDONED, address);
      growth = haremq.residentBytes() - before;
    }
    assert.ok(growth < LEFT_MAX, `${ABANDONED} connections left ${Math.round(growth / 1024)} KiB, each time anew`);
  });
});
