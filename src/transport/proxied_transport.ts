import { ProxyHeaderError, readProxyHeader } from "./proxy_protocol.ts";
import type { Transport } from "./transport.ts";
import type { TrustedProxies } from "./trusted_proxies.ts";

/**
 * Reads the PROXY header at the start of a connection. Resolves with a transport for the bytes behind it, with the ends
 * of the connection to the proxy as its own. Rejects with {@linkcode ProxyHeaderError}.
 */
export async function withoutProxyHeader(transport: Transport, proxies: TrustedProxies): Promise<Transport> {
  if (transport.peer !== undefined && !proxies.has(transport.peer.host)) {
    throw new ProxyHeaderError("it does not come from a trusted proxy");
  }
  const reader = transport.readable.getReader();
  let received: Uint8Array = new Uint8Array(0);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new ProxyHeaderError("it was closed before its PROXY header was complete");
    received = joined(received, value);
    const header = readProxyHeader(received);
    if (header === undefined) continue;
    const rest = received.subarray(header.size);
    return new ProxiedTransport(transport, header.ends ?? transport, readableFrom(rest, reader));
  }
}

class ProxiedTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly peer: Transport["peer"];
  readonly local: Transport["local"];
  readonly #transport: Transport;

  constructor(
    transport: Transport,
    { peer, local }: Pick<Transport, "peer" | "local">,
    readable: Transport["readable"],
  ) {
    this.#transport = transport;
    this.peer = peer;
    this.local = local;
    this.readable = readable;
  }

  get writable(): Transport["writable"] {
    return this.#transport.writable;
  }

  get isDoneWithWritten(): boolean | undefined {
    return this.#transport.isDoneWithWritten;
  }

  abort(): void {
    this.#transport.abort?.();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Makes a stream of bytes that were read already and those that the reader still has. */
function readableFrom(
  bytes: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let first: Uint8Array | undefined = bytes.length === 0 ? undefined : bytes;
  return new ReadableStream({
    async pull(controller) {
      const chunk = first ?? (await reader.read()).value;
      first = undefined;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
