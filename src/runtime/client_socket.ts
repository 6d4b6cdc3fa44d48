/**
 * A TCP connection with as little as possible around the runtime's own: the broker is measured, not a stream library.
 */
export interface Socket {
  /**
   * Writes bytes. Returns `undefined` when the kernel has taken all of them already; only after that may they be
   * changed.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Stops reading, so that the broker has to wait. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface SocketEvents {
  /** Handles a chunk, which is valid until this returns. */
  onData(chunk: Uint8Array): void;
  onClose(): void;
  /** Handles an error of the socket, or one that another handler has thrown. */
  onError(error: Error): void;
}

/** Connects with the sockets of the current runtime. */
export async function connect(host: string, port: number, events: SocketEvents): Promise<Socket> {
  const socket = await CONNECTS["Deno" in globalThis ? "Deno" : "Bun" in globalThis ? "Bun" : "Node"](
    host,
    port,
    events,
  );
  let last: Promise<void> | undefined;

  /** Writes one chunk at a time: a socket may take the rest of one late. */
  function write(bytes: Uint8Array): Promise<void> | undefined {
    const writing = last === undefined ? socket.write(bytes) : last.then(() => socket.write(bytes));
    if (writing === undefined) return;
    last = writing;
    return writing.then(() => {
      if (last === writing) last = undefined;
    });
  }

  return { ...socket, write };
}

/** The parts of Deno's interface that are used here, so that this file type-checks without Deno's types. */
declare const Deno: {
  connect(options: { hostname: string; port: number }): Promise<{
    setNoDelay(): void;
    read(into: Uint8Array): Promise<number | null>;
    write(bytes: Uint8Array): Promise<number>;
    close(): void;
  }>;
  readonly errors: { readonly ConnectionReset: ErrorConstructor; readonly BadResource: ErrorConstructor };
};

const READ_BYTES = 128 * 1024;
const FIRST_READ_BYTES = 1024;

async function connectDeno(hostname: string, port: number, events: SocketEvents): Promise<Socket> {
  const connection = await Deno.connect({ hostname, port });
  connection.setNoDelay();
  let isOpen = true;
  let resumed: Promise<void> | undefined;
  let wake = () => {};

  function close(): void {
    if (isOpen) connection.close();
    isOpen = false;
    resume();
  }

  function pause(): void {
    resumed ??= new Promise((resolve) => wake = resolve);
  }

  function resume(): void {
    resumed = undefined;
    wake();
  }

  async function readAll(): Promise<void> {
    let buffer = new Uint8Array(FIRST_READ_BYTES);
    try {
      for (let count; (count = await connection.read(buffer)) !== null;) {
        events.onData(buffer.subarray(0, count));
        if (count === buffer.length && count < READ_BYTES) buffer = new Uint8Array(READ_BYTES);
        if (resumed !== undefined) await resumed;
      }
    } catch (error) {
      // Closed by either side. Any other error is a bug of this program or of the broker.
      if (!isOpen) return;
      if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BadResource)) throw error;
    }
    close();
    events.onClose();
  }

  async function write(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length;) offset += await connection.write(bytes.subarray(offset));
  }

  readAll().catch(events.onError);
  return { write, pause, resume, close };
}

/** The parts of Bun's interface that are used here, so that this file type-checks without Bun's types. */
declare const Bun: {
  connect(options: {
    hostname: string;
    port: number;
    socket: {
      binaryType: "uint8array";
      data(socket: BunSocket, chunk: Uint8Array): void;
      drain(socket: BunSocket): void;
      close(socket: BunSocket): void;
    };
  }): Promise<BunSocket>;
};

interface BunSocket {
  setNoDelay(noDelay: boolean): void;
  /** Returns the number of bytes that the kernel took; -1 when the socket is closed. */
  write(bytes: Uint8Array): number;
  pause(): void;
  resume(): void;
  end(): void;
}

async function connectBun(hostname: string, port: number, events: SocketEvents): Promise<Socket> {
  let unwritten: { bytes: Uint8Array; resolve(): void } | undefined;
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      binaryType: "uint8array",
      data(_, chunk) {
        try {
          events.onData(chunk);
        } catch (error) {
          events.onError(error as Error);
        }
      },
      drain(socket) {
        if (unwritten === undefined) return;
        const count = socket.write(unwritten.bytes);
        if (count < 0) return;
        unwritten.bytes = unwritten.bytes.subarray(count);
        if (unwritten.bytes.length > 0) return;
        const { resolve } = unwritten;
        unwritten = undefined;
        resolve();
      },
      close() {
        try {
          events.onClose();
        } catch (error) {
          events.onError(error as Error);
        }
      },
    },
  });
  socket.setNoDelay(true);

  function write(bytes: Uint8Array): Promise<void> | undefined {
    const count = socket.write(bytes);
    if (count === bytes.length) return;
    if (count < 0) return Promise.reject(new Error("The connection is closed."));
    return new Promise((resolve) => unwritten = { bytes: bytes.subarray(count), resolve });
  }

  return { write, pause: () => socket.pause(), resume: () => socket.resume(), close: () => socket.end() };
}

/** The parts of Node's interface that are used here. */
declare const process: {
  getBuiltinModule(name: "node:net"): { connect(options: NodeConnectOptions): NodeSocket };
};

interface NodeConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly noDelay: true;
  /** Makes the socket read into one buffer. */
  readonly onread: { readonly buffer: Uint8Array; callback(count: number, buffer: Uint8Array): boolean };
}

interface NodeSocket {
  /** Number of bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  on(event: "connect" | "close", handler: () => void): void;
  on(event: "error", handler: (error: Error) => void): void;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  pause(): void;
  resume(): void;
  end(): void;
}

function connectNode(host: string, port: number, events: SocketEvents): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const buffer = new Uint8Array(READ_BYTES);
    const callback = (count: number) => {
      try {
        events.onData(buffer.subarray(0, count));
      } catch (error) {
        events.onError(error as Error);
      }
      return true;
    };
    const socket = process.getBuiltinModule("node:net").connect({
      host,
      port,
      noDelay: true,
      onread: { buffer, callback },
    });

    function write(bytes: Uint8Array): Promise<void> | undefined {
      let settle: ((error?: Error | null) => void) | undefined;
      socket.write(bytes, (error) => settle?.(error));
      if (socket.writableLength === 0) return;
      return new Promise((resolve, reject) => settle = (error) => error ? reject(error) : resolve());
    }

    socket.on("connect", () => {
      socket.on("close", () => {
        try {
          events.onClose();
        } catch (error) {
          events.onError(error as Error);
        }
      });
      resolve({ write, pause: () => socket.pause(), resume: () => socket.resume(), close: () => socket.end() });
    });
    // A lost connection closes too. Before it is open, this tells why.
    socket.on("error", reject);
  });
}

const CONNECTS = { Deno: connectDeno, Bun: connectBun, Node: connectNode };
