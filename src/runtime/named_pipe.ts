import { type Listener, UnixSocketError } from "./runtime.ts";
import type { Transport } from "../transport/transport.ts";

declare const process: {
  getBuiltinModule(name: "node:fs"): {
    readFileSync(path: string, encoding: "utf8"): string;
    writeFileSync(path: string, text: string, options: { mode: number }): void;
    rmSync(path: string, options: { force: boolean }): void;
  };
};

/** Mode of the file that names the pipe, where the system has modes. */
const OWNER_ONLY = 0o600;

/** Returns the name of a pipe that nobody can guess, and so nobody can make before it. */
const newPipeName = (): string => `\\\\.\\pipe\\haremq-${crypto.randomUUID()}`;

/**
 * Listens on a named pipe of Windows, in place of a Unix-domain socket of a path, where a file then tells the pipe's
 * name. By Windows' default for pipes, only this user, administrators and the system may write to it.
 */
export async function listenOnPipe(
  path: string,
  accept: (transport: Transport) => void,
  name = newPipeName(),
): Promise<Pick<Listener, "close">> {
  const { rmSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const { listenAt } = await import("./node_socket.ts");
  try {
    const listener = await listenAt(name, accept);
    writeFileSync(path, name, { mode: OWNER_ONLY });
    return {
      close() {
        listener.close();
        rmSync(path, { force: true });
      },
    };
  } catch (error) {
    throw new UnixSocketError(`the pipe ${name} can't be listened on: ${(error as Error).message}`);
  }
}

/** Returns a `fetch` whose requests go to the named pipe that stands in for the socket of a path. */
export function pipeFetcher(path: string): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const { nodeFetch } = await import("./node_fetch.ts");
    const socketPath = process.getBuiltinModule("node:fs").readFileSync(path, "utf8");
    return await nodeFetch({ socketPath })(url, init);
  };
}
