import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readConfFile } from "../../src/config/conf_file.ts";
import { readConfig } from "../../src/config/config.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { Workshop } from "./workshop.ts";

const repository = new URL("../../", import.meta.url);
/** Names of the pages in the folder of the documentation. */
export const docs: readonly string[] = readdirSync(new URL("docs/", repository)).filter((name) => name.endsWith(".md"));
/** Paths of the pages whose commands and programs are run. */
export const pages: readonly string[] = ["README.md", ...docs.map((name) => `docs/${name}`)];

export const textOf = (page: string): string => readFileSync(new URL(page, repository), "utf8");

type Run = (workshop: Workshop, block: Block) => Promise<string> | void;

/** What is done with the blocks of each language. */
const RUNS: Readonly<Record<string, Run>> = {
  sh: (workshop, { code }) => workshop.shell(code),
  ts: (workshop, { code }) => isForHere(code) ? workshop.program(code, "ts") : undefined,
  js: (workshop, { code }) => isForHere(code) ? workshop.program(code, "mjs") : undefined,
  python: (workshop, { code }) => workshop.python(code),
  go: (workshop, { code }) => workshop.go(code),
  json: (_, { code }) => void JSON.parse(code),
  ini: (_, { code }) => checkConfig(code),
};

/** Blocks that need more than Node and npm. The interop command installs that, and runs them. */
const NEEDS_MORE = ({ language, code }: Block): boolean =>
  language === "python" || language === "go" || language === "sh" && /\b(curl|jq|openssl)\b/.test(code);

/** Languages of blocks that are no programs. */
const TEXTS = ["", "text"];

/** Returns whether a program is for this runtime. */
const isForHere = (code: string): boolean =>
  "Deno" in globalThis ? !/\bBun\.|"bun:/.test(code) : !/\bDeno\./.test(code);

function checkConfig(text: string): void {
  readConfig(readConfFile("haremq.conf", { readTextFile: () => text, listFolder: () => [] }));
}

/** Declares a test of each page that runs its blocks in order; `isInterop` where Debian's programs are at hand. */
export function testPages(isInterop: boolean): void {
  describe("the documentation", () => {
    for (const page of pages) {
      const all = blocksOf(textOf(page)).filter(({ language, mark }) =>
        mark?.name !== "not run" && !TEXTS.includes(language)
      );
      const blocks = isInterop ? all : all.filter((block) => !NEEDS_MORE(block));
      if (blocks.length === 0 || isInterop && !all.some(NEEDS_MORE)) continue;
      it(`does what ${page} says`, () => runPage(page, blocks));
    }
  });
}

async function runPage(page: string, blocks: readonly Block[]): Promise<void> {
  const workshop = await Workshop.open();
  try {
    if (blocks.some(({ code }) => /\b1?5673\b/.test(code))) await workshop.startOther();
    for (const block of blocks) await runBlock(workshop, page, block);
  } finally {
    await workshop.close();
  }
}

async function runBlock(workshop: Workshop, page: string, block: Block): Promise<void> {
  const { language, code, line, mark } = block;
  const place = `${page}, line ${line}`;
  if (mark?.name === "file") return workshop.write(mark.text, code);
  const run = RUNS[language];
  assert.ok(run !== undefined, `${place}: nobody runs '${language}': mark the block <!-- not run: why -->`);
  let output: string | void;
  try {
    if (mark?.name === "stopped") await workshop.stop();
    output = await run(workshop, block);
    if (mark?.name === "stopped") await workshop.start();
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}\n${code}`);
  }
  if (mark?.name === "output") assert.match(output ?? "", new RegExp(mark.text), place);
}
