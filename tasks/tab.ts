/** Bundles the example of a broker in a tab of a browser into dist/tab, and serves it on localhost. */
import { execFileSync } from "node:child_process";
import { copyFileSync, createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { bunCommand } from "./bun.ts";

const PORT = 8080;

const root = new URL("../", import.meta.url);
const example = new URL("examples/tab/", root);
const bundled = new URL("dist/tab/", root);
const path = (name: string, folder: URL): string => fileURLToPath(new URL(name, folder));

const programs = [path("page.ts", example), path("worker.ts", example)];
const flags = ["--target=browser", "--minify", `--outdir=${fileURLToPath(bundled)}`];
execFileSync(bunCommand(), ["build", ...programs, ...flags], { stdio: "inherit" });
copyFileSync(new URL("index.html", example), new URL("index.html", bundled));

const TYPES = { "index.html": "text/html", "page.js": "text/javascript", "worker.js": "text/javascript" };
createServer((request, response) => {
  const name = request.url === "/" ? "index.html" : request.url!.slice(1);
  const type = TYPES[name as keyof typeof TYPES];
  if (type === undefined || !existsSync(new URL(name, bundled))) return response.writeHead(404).end();
  response.setHeader("content-type", type);
  createReadStream(new URL(name, bundled)).pipe(response);
}).listen(PORT, "localhost", () => console.log(`The broker is in your tab at http://localhost:${PORT}/`));
