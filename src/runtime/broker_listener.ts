import type { Transport } from "../transport/transport.ts";
import { runtime } from "./current.ts";
import type { Listener } from "./runtime.ts";

/** A broker, or anything else that takes connections. */
export interface Acceptor {
  /** Takes a connection. */
  accept(transport: Transport): unknown;
}

/** An address to listen on. */
export interface ListenOptions {
  /** Default: `127.0.0.1`, which only programs on this machine can reach. */
  readonly host?: string;
  /** 0 takes a free port. Default: 5672. */
  readonly port?: number;
}

/** An open port. */
export class BrokerListener implements AsyncDisposable {
  readonly #listener: Listener;

  /** Made by {@linkcode listen} only. */
  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** The port. */
  get port(): number {
    return this.#listener.address.port;
  }

  /** The host that it was opened on. */
  get host(): string {
    return this.#listener.address.host;
  }

  /** Takes no further connections. The broker closes those that are open. */
  close(): void {
    this.#listener.close();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** Gives TCP connections to a broker. Rejects with `ListenError` when the address can't be listened on. */
export async function listen(
  broker: Acceptor,
  { host = "127.0.0.1", port = 5672 }: ListenOptions = {},
): Promise<BrokerListener> {
  return new BrokerListener(await runtime.listen({ host, port }, (transport) => void broker.accept(transport)));
}
