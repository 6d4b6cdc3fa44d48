import { type Listener, UnixSocketError } from "./runtime.ts";

declare const process: {
  readonly platform: string;
  getBuiltinModule(name: "node:fs"): {
    chmodSync(path: string, mode: number): void;
    mkdirSync(path: string, options: { mode: number }): void;
    renameSync(from: string, to: string): void;
    rmSync(path: string, options: { force: boolean; recursive?: boolean }): void;
  };
  getBuiltinModule(name: "node:path"): { dirname(path: string): string };
};

/** Maximum length of a socket's path, by the system. In bytes. */
const PATH_MAX_BYTES: Readonly<Record<string, number>> = { linux: 107 };
const OTHER_PATH_MAX_BYTES = 103;
/** Where the socket is made, beside its place. The names are short, so that the path is no longer than the socket's own. */
const NEW_FOLDER = ".s";
const NEW_SOCKET = "s";
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY = 0o600;

/**
 * Makes a Unix-domain socket with a runtime's own function, for this user alone from the first moment: the socket is made in a
 * folder that others may not enter, and goes to its place when its mode is set. (A umask would hold for all files that the
 * process makes meanwhile.) The caller has the socket's folder for itself, so a socket that exists is one of a killed process.
 */
export async function listenOnPath(
  path: string,
  listen: (path: string) => Pick<Listener, "close"> | Promise<Pick<Listener, "close">>,
): Promise<Pick<Listener, "close">> {
  const maxBytes = PATH_MAX_BYTES[process.platform] ?? OTHER_PATH_MAX_BYTES;
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > maxBytes) {
    throw new UnixSocketError(`its path ${path} has ${bytes} bytes, and the system allows ${maxBytes}`);
  }
  const { chmodSync, mkdirSync, renameSync, rmSync } = process.getBuiltinModule("node:fs");
  const folder = `${process.getBuiltinModule("node:path").dirname(path)}/${NEW_FOLDER}`;
  const socket = `${folder}/${NEW_SOCKET}`;
  const removeFolder = () => rmSync(folder, { force: true, recursive: true });
  try {
    removeFolder();
    mkdirSync(folder, { mode: OWNER_ONLY_FOLDER });
    const listener = await listen(socket);
    try {
      chmodSync(socket, OWNER_ONLY);
      renameSync(socket, path);
    } catch (error) {
      listener.close();
      throw error;
    } finally {
      removeFolder();
    }
    return {
      close() {
        listener.close();
        rmSync(path, { force: true });
      },
    };
  } catch (error) {
    throw new UnixSocketError(`${path} can't be listened on: ${(error as Error).message}`);
  }
}
