import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Phrase } from "../../../src/phrase/phrase.ts";

/**
 * Returns the phrases in the files of some folders or files of `src/cli`: the template literals behind the word `phrase`.
 * `*.ts` stands for the files of `src/cli` itself.
 */
export function phrasesIn(...places: readonly string[]): Phrase[] {
  return places.flatMap(filesIn).flatMap((file) => phrasesOf(readFileSync(file, "utf8")));
}

const CLI = fileURLToPath(new URL("../../../src/cli/", import.meta.url));

function filesIn(place: string): string[] {
  if (place === "*.ts") {
    return readdirSync(CLI).filter((name) => name.endsWith(".ts")).map((name) => `${CLI}${name}`);
  }
  const path = `${CLI}${place}`;
  if (path.endsWith(".ts")) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts")).map((name) => `${path}/${name}`);
}

/** Returns the phrases of a source, those within others too. */
export const phrasesOf = (source: string): Phrase[] =>
  [...source.matchAll(/\bphrase`/g)].map(({ index }) => {
    const parts: string[] = [];
    readTemplate(source, index + "phrase`".length, parts);
    return new Phrase(parts, []);
  });

/** Reads a template up to its end, which is returned. */
function readTemplate(source: string, start: number, parts: string[]): number {
  let part = "";
  for (let at = start; at < source.length; at++) {
    if (source[at] === "`") {
      parts.push(unescaped(part));
      return at + 1;
    }
    if (source.startsWith("${", at)) {
      parts.push(unescaped(part));
      part = "";
      at = endOfExpression(source, at + 2) - 1;
    } else if (source[at] === "\\") part += source[at] + source[++at];
    else part += source[at];
  }
  throw new SyntaxError("A template has no end.");
}

/** Returns the place behind the brace that closes an expression in a template. */
function endOfExpression(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    const sign = source[at];
    if (sign === "`") at = readTemplate(source, at + 1, []) - 1;
    else if (sign === '"' || sign === "'") at = source.indexOf(sign, at + 1);
    else if (sign === "{") depth++;
    else if (sign === "}" && --depth === 0) return at + 1;
  }
  throw new SyntaxError("An expression in a template has no end.");
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t" };

const unescaped = (part: string): string => part.replaceAll(/\\(.)/gs, (_, sign) => ESCAPES[sign] ?? sign);
