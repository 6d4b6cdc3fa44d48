import process from "node:process";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** Functions of the system's library: neither runtime has datagrams on Unix-domain sockets. */
interface Library {
  socket(domain: number, type: number, protocol: number): number;
  bind(descriptor: number, address: Uint8Array): number;
  recv(descriptor: number, into: Uint8Array): number;
  close(descriptor: number): number;
}

/** A Unix-domain socket that receives datagrams, as systemd's. */
export class DatagramSocket {
  readonly #library = open();
  readonly #descriptor: number;

  constructor(path: string) {
    const name = new TextEncoder().encode(`${path}\0`);
    const address = new Uint8Array(2 + name.length);
    address[0] = AF_UNIX;
    address.set(name, 2);
    this.#descriptor = this.#library.socket(AF_UNIX, SOCK_DGRAM, 0);
    if (this.#library.bind(this.#descriptor, address) !== 0) throw new Error(`${path} can't be bound`);
  }

  /** Returns the next datagram that has arrived; `undefined` when there is none. */
  receive(): string | undefined {
    const bytes = new Uint8Array(1000);
    const count = this.#library.recv(this.#descriptor, bytes);
    return count < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, count));
  }

  close(): void {
    this.#library.close(this.#descriptor);
  }
}

function open(): Library {
  const name = "libc.so.6";
  if ("Deno" in globalThis) {
    // deno-lint-ignore no-explicit-any -- Deno's types are not those of the tests
    const { symbols } = (globalThis as any).Deno.dlopen(name, {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
      close: { parameters: ["i32"], result: "i32" },
    });
    return {
      socket: (...values) => symbols.socket(...values),
      bind: (descriptor, address) => symbols.bind(descriptor, address, address.length),
      recv: (descriptor, into) => Number(symbols.recv(descriptor, into, BigInt(into.length), MSG_DONTWAIT)),
      close: (descriptor) => symbols.close(descriptor),
    };
  }
  // deno-lint-ignore no-explicit-any -- Bun's types are not those of the tests
  const { dlopen, ptr } = process.getBuiltinModule("bun:ffi" as "node:fs") as any;
  const { symbols } = dlopen(name, {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  return {
    socket: (...values) => symbols.socket(...values),
    bind: (descriptor, address) => symbols.bind(descriptor, ptr(address), address.length),
    recv: (descriptor, into) => Number(symbols.recv(descriptor, ptr(into), into.length, MSG_DONTWAIT)),
    close: (descriptor) => symbols.close(descriptor),
  };
}
