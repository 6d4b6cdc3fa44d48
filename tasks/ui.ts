/**
 * Bundles the management page in `ui/` into `src/http/page/assets.ts`, which the server serves. The bundle is committed,
 * so that a checkout, the package and executables have the page without a build: `tests/ui/bundle.test.ts` shows that it
 * is up to date.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const TARGET = join(root, "src/http/page/assets.ts");

const HEADER = "/** Files of the management page by their names. Made from ui/ by `deno task ui`: do not edit. */\n" +
  "export const ASSETS: Readonly<Record<string, string>> = ";

/** Returns the text of a file with the bundled page. Throws when the page can't be bundled. */
export function bundlePage(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ["ui/main.tsx"],
    outdir: "out",
    tsconfig: "ui/tsconfig.json",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    charset: "utf8",
    legalComments: "none",
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const built = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))!.text;
  const read = (path: string) => readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
  const files = [
    { text: built(".js"), stem: "app", extension: "js", placeholder: "SCRIPT" },
    { text: built(".css"), stem: "app", extension: "css", placeholder: "STYLE" },
    { text: read("ui/favicon.svg"), stem: "favicon", extension: "svg", placeholder: "FAVICON" },
  ];
  let index = read("ui/index.html");
  const assets: Record<string, string> = {};
  for (const { text, stem, extension, placeholder } of files) {
    const name = `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.${extension}`;
    index = index.replace(placeholder, name);
    assets[name] = text;
  }
  return `${HEADER}${JSON.stringify({ "index.html": index, ...assets }, null, 2)};\n`;
}

if (import.meta.main) writeFileSync(TARGET, bundlePage());
