import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { runAdmin } from "../../../src/cli/admin/run.ts";
import { KeptTerminal } from "../ctl/kept_terminal.ts";

/** Lines that are the same in every language: subcommands, the program's calls and settings of a file. */
const SAME =
  /^ +(list|show|declare|delete|close|purge|publish|get|export|import) |^ +\w+ = |^ *rabbitmqadmin|^ +\[\w+\]|^ +# rabbitmqadmin/;

/** Names that are the same in every language, and parts that are no words. */
const NAMES =
  /--?[\w-]+(=| )?[A-Z_]*|'[^']*'|\[[^\]]*, [^\]]*\]|[~/]\S+|\b[A-Z_]{2,}\b|\b(RabbitMQ|curl|bash|localhost|guest|True|False|table|list|declare|delete|help|publish|get|payload|payload_file|count|hostname|port|default|raw_json|pretty_json|tsv|long|kvp)\b/g;

async function helpFor(locale: string, ...args: string[]): Promise<string> {
  const terminal = new KeptTerminal(tmpdir());
  const environment = (name: string) => name === "LANG" ? locale : undefined;
  assert.equal(await runAdmin(args, terminal, { environment, fetch }), 0);
  return terminal.stdout;
}

/** Returns the English words of a help. */
const englishWords = (help: string): string[] =>
  help.split("\n").map((line) => SAME.test(line) ? line.replace(/^[^#]*|# rabbitmqadmin.*/g, "") : line)
    .flatMap((line) => line.replaceAll(NAMES, " ").match(/[A-Za-z]{2,}/g) ?? []);

describe("the help of rabbitmqadmin in Russian", () => {
  for (const topic of [["--help"], ["help"], ["help", "subcommands"], ["help", "config"]]) {
    it(`leaves no English words: ${topic.join(" ")}`, async () => {
      const help = await helpFor("ru_RU.UTF-8", ...topic);
      assert.ok(help.startsWith("Использование\n=============\n"), help);
      assert.deepEqual(englishWords(help), []);
    });

    it(`is recognized as English when it is: ${topic.join(" ")}`, async () => {
      assert.ok(englishWords(await helpFor("C", ...topic)).length > 10);
    });
  }
});
