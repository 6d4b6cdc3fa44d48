import type { Socket } from "node:net";

/** Time limit for connecting and for sending, and time after which connecting is tried again. In milliseconds. */
const TIMEOUT_MS = 1000;

/** A connection for lines of the log, as it is opened. */
export interface LogStreamOptions {
  /** Begins to connect. */
  readonly open: () => Socket;
  /** Event of a connection that can be used. */
  readonly ready: "connect" | "secureConnect";
  /** Name of the other end in errors. */
  readonly name: string;
  /** Sent first on each connection. Default: nothing. */
  readonly header?: string;
}

/** A connection to which lines are written, and which is opened when there are some. */
export class LogStream {
  readonly #options: LogStreamOptions;
  #socket: Socket | undefined;
  /** Error of the last attempt to connect, until the next one may be made. */
  #failure: Error | undefined;

  constructor(options: LogStreamOptions) {
    this.#options = options;
  }

  /** Writes bytes. Rejects when they can't be sent. Calls must not overlap. */
  async write(bytes: Uint8Array | string): Promise<void> {
    const socket = await this.#connected();
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error | null) => {
        clearTimeout(timer);
        socket.removeListener("close", lost);
        if (!error) return resolve();
        this.#socket = undefined;
        reject(error);
        socket.destroy();
      };
      const lost = () => end(new Error("the connection is lost"));
      const timer = setTimeout(() => end(new Error(`${this.#options.name} takes nothing`)), TIMEOUT_MS);
      socket.once("close", lost);
      socket.write(bytes, end);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connected(): Promise<Socket> {
    if (this.#socket?.destroyed === false) return Promise.resolve(this.#socket);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { open, ready, name, header } = this.#options;
    return new Promise((resolve, reject) => {
      const socket = open();
      const fail = (error: Error) => {
        clearTimeout(timer);
        socket.destroy();
        this.#failure = error;
        setTimeout(() => this.#failure = undefined, TIMEOUT_MS).unref();
        reject(error);
      };
      const timer = setTimeout(() => fail(new Error(`${name} does not answer`)), TIMEOUT_MS);
      socket.once("error", fail);
      socket.once(ready, () => {
        clearTimeout(timer);
        socket.removeListener("error", fail);
        const lose = () => {
          if (this.#socket === socket) this.#socket = undefined;
          socket.destroy();
        };
        socket.on("error", lose);
        socket.on("close", lose);
        // The other end has nothing to say; a socket that is not read would not notice that it leaves.
        socket.resume();
        socket.unref();
        this.#socket = socket;
        if (header !== undefined) socket.write(header);
        resolve(socket);
      });
    });
  }
}
