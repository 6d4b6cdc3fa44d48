import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import { HEADER_0_9_1 } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

after(() => Haremq.stopAll());

const MEBIBYTE = 1024 * 1024;
/** Number of connections until the heap has grown to its working size. */
const WARM_UP = 10_000;
const ABANDONED = 10_000;
const LEFT_MAX = 24 * MEBIBYTE;
const ROUNDS_MAX = 4;
const AT_ONCE = 250;

/** Connects. Deno's connect rarely fails with EBADF while thousands of others end: it is repeated then. */
async function connected({ host, port }: { host: string; port: number }): Promise<Socket> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return socket;
  } catch (error) {
    if ((error as { code?: string }).code !== "EBADF") throw error;
    return await connected({ host, port });
  }
}

/** Opens connections that never send more than their protocol header, and drops them. */
async function abandon(count: number, address: { host: string; port: number }): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      const socket = await connected(address);
      socket.write(HEADER_0_9_1);
      await once(socket, "data");
      socket.destroy();
    }));
  }
}

describe("the memory of the broker's process", () => {
  it("does not grow with another ten thousand connections that are opened and abandoned", async () => {
    const haremq = new Haremq("--port", "0");
    const address = await haremq.address();
    await abandon(WARM_UP, address);
    // On a busy machine the heap takes longer to find its size; a leak grows with each ten thousand.
    let growth = Infinity;
    for (let round = 1; round <= ROUNDS_MAX && growth >= LEFT_MAX; round++) {
      const before = haremq.residentBytes();
      await abandon(ABANDONED, address);
      growth = haremq.residentBytes() - before;
    }
    assert.ok(growth < LEFT_MAX, `${ABANDONED} connections left ${Math.round(growth / 1024)} KiB, each time anew`);
  });
});
