import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import { bunCommand } from "../../tasks/bun.ts";

const root = new URL("../../", import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

export interface EdgeOptions {
  /** Names of bindings, and the classes of the Durable Objects with SQLite that they lead to. */
  readonly objects: Readonly<Record<string, string>>;
  /** Other bindings. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** Folder that the storage outlives the worker in. Default: none; it ends with the worker. */
  readonly persistIn?: string;
}

/** A Worker in an edge runtime. */
export interface EdgeWorker extends AsyncDisposable {
  readonly miniflare: Miniflare;
  /** Address of the worker, for clients outside. */
  readonly url: URL;
  /** Resolves when the worker writes a line that contains a text. */
  line(text: string): Promise<void>;
}

/** Bundles a program of the repository as a Worker, and starts it. */
export async function startWorker(
  program: string,
  { objects, bindings = {}, persistIn }: EdgeOptions,
): Promise<EdgeWorker> {
  const folder = await mkdtemp(join(tmpdir(), "haremq-worker-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    await promisify(execFile)(bunCommand(), [path("tests/browser/bundle.ts"), folder, path(program)]);
    let output = "";
    let onOutput = () => {};
    const miniflare = new Miniflare({
      modules: true,
      scriptPath: join(folder, basename(program).replace(/\.ts$/, ".js")),
      modulesRoot: folder,
      compatibilityDate: "2026-07-01",
      durableObjects: Object.fromEntries(
        Object.entries(objects).map(([name, className]) => [name, { className, useSQLite: true }]),
      ),
      bindings,
      handleRuntimeStdio(...streams: readonly Readable[]) {
        for (const stream of streams) {
          stream.on("data", (bytes: Uint8Array) => {
            output += new TextDecoder().decode(bytes);
            onOutput();
          });
        }
      },
      durableObjectsPersist: persistIn ?? false,
    });
    const url = await miniflare.ready;
    return {
      miniflare,
      url,
      async line(text) {
        while (!output.includes(text)) await new Promise<void>((resolve) => onOutput = resolve);
      },
      async [Symbol.asyncDispose]() {
        await miniflare.dispose();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
