/** Stands in for the sockets of `src/runtime/client_socket.ts` in a browser: the load generator speaks over a transport. */
import type { Socket, SocketEvents } from "../../src/runtime/client_socket.ts";
import type { Transport } from "../../src/transport/transport.ts";

let open: (host: string) => Promise<Transport>;

/** Sets how a transport is opened to a host. */
export function openWith(opening: typeof open): void {
  open = opening;
}

export async function connect(host: string, _port: number, events: SocketEvents): Promise<Socket> {
  const { readable, writable, abort } = await open(host);
  const writer = writable.getWriter();
  let isClosed = false;
  let resumed: Promise<void> | undefined;
  let onResume = () => {};

  async function read(): Promise<void> {
    const reader = readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || isClosed) break;
      while (resumed !== undefined) await resumed;
      events.onData(value);
    }
    events.onClose();
  }

  read().catch((error) => isClosed ? events.onClose() : events.onError(error));
  return {
    write: (bytes) => writer.write(bytes).catch((error) => isClosed ? undefined : events.onError(error)),
    pause: () => resumed ??= new Promise((resolve) => onResume = resolve),
    resume() {
      resumed = undefined;
      onResume();
    },
    close() {
      isClosed = true;
      writer.close().catch(() => abort?.());
    },
  };
}
