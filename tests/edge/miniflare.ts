import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import { bunCommand } from "../../tasks/bun.ts";

const root = new URL("../../", import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

export interface EdgeOptions {
  /** Class of the Durable Object that is bound to `OBJECT`, with SQLite. */
  readonly className: string;
  /** Folder that the storage outlives the worker in. Default: none; it ends with the worker. */
  readonly persistIn?: string;
}

/** A Worker in an edge runtime. */
export interface EdgeWorker extends AsyncDisposable {
  readonly miniflare: Miniflare;
  /** Address of the worker, for clients outside. */
  readonly url: URL;
}

/** Bundles a program of the repository as a Worker, and starts it. */
export async function startWorker(program: string, { className, persistIn }: EdgeOptions): Promise<EdgeWorker> {
  const folder = await mkdtemp(join(tmpdir(), "haremq-worker-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    await promisify(execFile)(bunCommand(), [path("tests/browser/bundle.ts"), folder, path(program)]);
    const miniflare = new Miniflare({
      modules: true,
      scriptPath: join(folder, basename(program).replace(/\.ts$/, ".js")),
      modulesRoot: folder,
      compatibilityDate: "2026-07-01",
      durableObjects: { OBJECT: { className, useSQLite: true } },
      durableObjectsPersist: persistIn ?? false,
    });
    const url = await miniflare.ready;
    return {
      miniflare,
      url,
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
