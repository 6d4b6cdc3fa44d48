/** Functions of the system's library, with the addresses of bytes taken by the runtime. */
export interface SocketLibrary {
  socket(domain: number, type: number, protocol: number): number;
  /** Returns the number of bytes that were sent; -1 for none. */
  sendto(descriptor: number, bytes: Uint8Array, flags: number, address: Uint8Array): number;
  close(descriptor: number): number;
}

/** The libraries that have these functions, of the systems that have systemd. */
export const SOCKET_LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_NOSIGNAL = 0x4000;

/**
 * Sends a datagram to a Unix-domain socket, which neither runtime offers. A path that begins with `@` is an abstract one.
 * Throws when it can't be sent.
 */
export function sendDatagram({ socket, sendto, close }: SocketLibrary, path: string, text: string): void {
  const name = new TextEncoder().encode(`${path.replace(/^@/, "\0")}${path.startsWith("@") ? "" : "\0"}`);
  const address = new Uint8Array(2 + name.length);
  address[0] = AF_UNIX;
  address.set(name, 2);
  const descriptor = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (descriptor < 0) throw new Error("There is no descriptor for a socket");
  const bytes = new TextEncoder().encode(text);
  const sent = sendto(descriptor, bytes, MSG_NOSIGNAL, address);
  close(descriptor);
  if (sent !== bytes.length) throw new Error(`Nothing can be sent to ${path}`);
}
