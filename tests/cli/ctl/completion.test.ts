import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { completionOf, SHELLS } from "../../../src/cli/ctl/completion.ts";
import { commandsPage, manualPage } from "../../../src/cli/ctl/manual.ts";
import { TOOL_NAMES } from "../../../src/cli/ctl/tools.ts";
import { COMMAND_PROGRAMS } from "../../../src/cli/tools.ts";

/** Returns what bash suggests for the last of the words. */
function complete(...words: string[]): string[] {
  const script = `${completionOf("bash", TOOL_NAMES)}
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")})
COMP_CWORD=${words.length - 1}
_${words[0].replaceAll("-", "_")}
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n");
}

describe("completion in bash", () => {
  it("suggests commands, and those of the program alone", () => {
    assert.deepEqual(complete("rabbitmqctl", "list_q"), ["list_queues"]);
    assert.deepEqual(complete("rabbitmq-diagnostics", "-q", "check_run"), ["check_running"]);
    assert.deepEqual(complete("rabbitmq-plugins", "list_q"), [""]);
  });

  it("suggests switches and columns behind a command, and formatters", () => {
    assert.deepEqual(complete("rabbitmqctl", "list_queues", "messages_unack"), [
      "messages_unacknowledged",
      "messages_unacknowledged_ram",
    ]);
    assert.deepEqual(complete("rabbitmqctl", "set_policy", "--prio"), ["--priority"]);
    assert.deepEqual(complete("rabbitmqctl", "list_users", "--formatter", "json"), ["json", "json_stream"]);
  });
});

describe("what is made from the table of commands", () => {
  for (const shell of SHELLS) {
    it(`has all programs in ${shell}'s completion`, () => {
      const script = completionOf(shell, TOOL_NAMES);
      for (const tool of TOOL_NAMES) assert.ok(script.includes(tool), tool);
    });
  }

  const read = (file: string) => readFileSync(new URL(`../../../docs/${file}`, import.meta.url), "utf8");

  it("is the documentation in docs/commands.md, which deno task docs writes", () => {
    const words = (text: string) => text.replaceAll(/[\s|-]+/g, " ");
    assert.equal(words(read("commands.md")), words(commandsPage(COMMAND_PROGRAMS)));
  });

  it("is the manual pages in docs/man, which deno task docs writes", () => {
    for (const { name, description } of COMMAND_PROGRAMS) {
      assert.equal(read(`man/${name}.1`), manualPage(name, description));
    }
  });
});
