import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bunCommand } from "../../tasks/bun.ts";

const bundler = fileURLToPath(new URL("bundle.ts", import.meta.url));
const path = (program: string): string => fileURLToPath(new URL(`../../${program}`, import.meta.url));

/** A web server on loopback, whose pages have everything that a browser offers to secure ones. */
export interface PageServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
}

/**
 * Bundles programs, given by their paths in the repository, and serves them by their names, such as `/worker.js`, with
 * pages of HTML beside them.
 */
export async function serveBundled(
  programs: readonly string[],
  pages: { readonly [path: string]: string } = {},
): Promise<PageServer> {
  const folder = await mkdtemp(join(tmpdir(), "haremq-bundle-"));
  try {
    await promisify(execFile)(bunCommand(), [bundler, folder, ...programs.map(path)]);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  const server = createServer((request, response) => {
    const name = request.url!.slice(1).replace(/\?.*/, "");
    const page = pages[`/${name}`];
    if (page !== undefined) return response.setHeader("content-type", "text/html").end(page);
    if (!/^[\w.-]+\.js$/.test(name)) return response.writeHead(404).end();
    readFile(join(folder, name)).then(
      (script) => response.setHeader("content-type", "text/javascript").end(script),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
