/**
 * Finds the Node on which the tests run: the oldest that HareMQ supports, which npm installs on Linux, or else the one in
 * the PATH.
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Returns the command of that Node. */
export function nodeCommand(): string {
  const binary = new URL(`../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url);
  return existsSync(binary) ? fileURLToPath(binary) : "node";
}

/** Arguments with which Node runs a file of the tests, or with `--test` several. */
export const NODE_TEST_ARGS = [
  "--disable-warning=ExperimentalWarning",
  "--enable-source-maps",
  `--import=${new URL("node_hooks.mjs", import.meta.url).href}`,
];
