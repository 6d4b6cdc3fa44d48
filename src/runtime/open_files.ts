/** The parts of Node's interface that are used here, which Deno and Bun have too. */
declare const process: {
  getBuiltinModule(name: "node:fs"): FileSystem;
};

interface FileSystem {
  readdir(path: string, done: (error: Error | null, names: string[]) => void): void;
  readFile(path: string, encoding: "utf8", done: (error: Error | null, text: string) => void): void;
}

/** Files and sockets that a process has open. */
export interface OpenFiles {
  readonly count: number;
  /** Limit of the process; `Infinity` for none. */
  readonly max: number;
}

/** Resolves to the open files of this process, as Linux tells them; to `undefined` elsewhere. */
export async function openFiles(): Promise<OpenFiles | undefined> {
  const fileSystem = process.getBuiltinModule("node:fs");
  try {
    const names = await call<string[]>((done) => fileSystem.readdir("/proc/self/fd", done));
    const limits = await call<string>((done) => fileSystem.readFile("/proc/self/limits", "utf8", done));
    const [, soft] = /^Max open files +(\S+)/m.exec(limits) ?? [];
    if (soft === undefined) return undefined;
    // One of them is the folder that was being read.
    return { count: names.length - 1, max: soft === "unlimited" ? Infinity : Number(soft) };
  } catch {
    return undefined;
  }
}

function call<Value>(start: (done: (error: Error | null, value: Value) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => start((error, value) => error === null ? resolve(value) : reject(error)));
}
