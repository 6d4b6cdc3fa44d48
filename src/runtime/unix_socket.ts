import { type Listener, UnixSocketError } from "./runtime.ts";

declare const process: {
  readonly platform: string;
  umask(mask: number): number;
  getBuiltinModule(name: "node:fs"): { rmSync(path: string, options: { force: boolean }): void };
};

/** Maximum length of a socket's path, by the system. In bytes. */
const PATH_MAX_BYTES: Readonly<Record<string, number>> = { linux: 107 };
const OTHER_PATH_MAX_BYTES = 103;
/** Leaves the socket to its owner. */
const OWNER_ONLY = 0o177;

/**
 * Makes a Unix-domain socket with a runtime's own function, for this user alone from the first moment. The caller has
 * the socket's folder for itself, so a socket that exists is one of a killed process.
 */
export function listenOnPath(path: string, listen: () => { close(): void }): Pick<Listener, "close"> {
  const maxBytes = PATH_MAX_BYTES[process.platform] ?? OTHER_PATH_MAX_BYTES;
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > maxBytes) {
    throw new UnixSocketError(`its path ${path} has ${bytes} bytes, and the system allows ${maxBytes}`);
  }
  const remove = () => process.getBuiltinModule("node:fs").rmSync(path, { force: true });
  const mask = process.umask(OWNER_ONLY);
  try {
    remove();
    const listener = listen();
    return {
      close() {
        listener.close();
        remove();
      },
    };
  } catch (error) {
    throw unixSocketError(path, error as Error);
  } finally {
    process.umask(mask);
  }
}

export const unixSocketError = (path: string, { message }: Error): UnixSocketError =>
  new UnixSocketError(`${path} can't be listened on: ${message}`);
