import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProxyHeaderError } from "../../src/transport/proxy_protocol.ts";
import { withoutProxyHeader } from "../../src/transport/proxied_transport.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { TrustedProxies } from "../../src/transport/trusted_proxies.ts";
import { v1 } from "./proxy_headers.ts";

const HEADER = v1("TCP4 192.0.2.7 192.0.2.8 7 5672");
const ENDS = { peer: { host: "10.0.0.1", port: 1 }, local: { host: "10.0.0.2", port: 2 } };

/** A transport over which these chunks come. */
const transportOf = (...chunks: Uint8Array[]): Transport & { isAborted: boolean } => ({
  readable: new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  }, { highWaterMark: 0 }),
  writable: new WritableStream(),
  isDoneWithWritten: true,
  ...ENDS,
  isAborted: false,
  abort() {
    this.isAborted = true;
  },
});

async function read({ readable }: Transport): Promise<string> {
  let text = "";
  for await (const chunk of readable) text += new TextDecoder().decode(chunk);
  return text;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a transport behind a proxy", () => {
  it("has the bytes behind the header, and the ends that it tells of", async () => {
    for (
      const chunks of [
        [Uint8Array.of(...HEADER, ...bytes("first")), bytes(" second")],
        [HEADER, bytes("first"), bytes(" second")],
        [...Array.from(HEADER, (byte) => Uint8Array.of(byte)), bytes("first second")],
      ]
    ) {
      const transport = await withoutProxyHeader(transportOf(...chunks), new TrustedProxies());
      const { peer, local } = transport;
      assert.deepEqual({ peer, local }, {
        peer: { host: "192.0.2.7", port: 7 },
        local: { host: "192.0.2.8", port: 5672 },
      });
      assert.equal(await read(transport), "first second");
    }
  });

  it("keeps its own ends where the proxy tells of none, and passes on the rest", async () => {
    const accepted = transportOf(v1("UNKNOWN"));
    const transport = await withoutProxyHeader(accepted, new TrustedProxies());
    const { peer, local } = transport;
    assert.deepEqual({ peer, local }, ENDS);
    assert.equal(transport.writable, accepted.writable);
    assert.equal(transport.isDoneWithWritten, true);
    transport.abort!();
    assert.equal(accepted.isAborted, true);
  });

  it("is refused where the connection ends before the header, or the proxy is not trusted", async () => {
    const cut = transportOf(HEADER.subarray(0, 10));
    await assert.rejects(withoutProxyHeader(cut, new TrustedProxies()), ProxyHeaderError);
    const trusted = new TrustedProxies(["10.0.0.0/31"]);
    await withoutProxyHeader(transportOf(HEADER), trusted);
    await assert.rejects(
      withoutProxyHeader({ ...transportOf(HEADER), peer: { host: "10.0.0.2", port: 1 } }, trusted),
      /not come from a trusted proxy/,
    );
  });
});
