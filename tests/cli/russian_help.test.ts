import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../src/cli/haremq.ts", import.meta.url));
const runtimeArgs = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];

/** Commands whose help is shown, from the server down. */
const COMMANDS = [
  "",
  "data",
  "data inspect",
  "data verify",
  "data salvage",
  "config",
  "config check",
  "config show",
  "definitions",
  "definitions check",
  "definitions export",
];

/** Names and values that are the same in every language. */
const NAMES = new Set(
  `HareMQ RabbitMQ AMQP API HTTP JSON SIGINT SIGTERM Prometheus PerfTest GiB MB haremq help check show data config definitions
   inspect verify salvage export false info always interval never conf rabbitmq ctl diagnostics queues streams plugins upgrade
   admin perf peek move resend route send receive tail top install links completion bash zsh fish new folder file`
    .split(/\s+/),
);

/** Parts of a text that are no words: switches, quoted values, placeholders of arguments, names with `_`. */
const NO_WORDS = [/--[\w-]+/g, /"[^"]*"/g, /<[^>]*>/g, /\[(options|command)\]/g, /\w+_\w+/g];

function helpFor(command: string, locale: string): string {
  const args = [...runtimeArgs, ...command.split(" ").filter((word) => word !== ""), "--help"];
  const env = { ...process.env, LC_ALL: locale };
  return spawnSync(process.execPath, args, { env, encoding: "utf8" }).stdout;
}

/** Returns the English words of a help. */
function englishWords(help: string): string[] {
  const rest = NO_WORDS.reduce((text, pattern) => text.replaceAll(pattern, " "), help);
  return (rest.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !NAMES.has(word));
}

describe("the help for the server in Russian", () => {
  for (const command of COMMANDS) {
    it(`leaves no English words: haremq ${command}`, () => {
      const help = helpFor(command, "ru_RU.UTF-8");
      assert.ok(help.startsWith("Использование: haremq"), help);
      assert.deepEqual(englishWords(help), []);
    });
  }

  it("is recognized as English when it is", () => {
    assert.ok(englishWords(helpFor("", "C")).length > 50);
  });
});
