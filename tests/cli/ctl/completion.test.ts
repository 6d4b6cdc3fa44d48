import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { SHELLS } from "../../../src/cli/ctl/completion.ts";
import { commandsPage, manualPage } from "../../../src/cli/ctl/manual.ts";
import { TOOL_NAMES } from "../../../src/cli/ctl/tools.ts";
import { OWN_COMMANDS } from "../../../src/cli/own_commands.ts";
import { completionOfAll } from "../../../src/cli/program_completion.ts";
import { COMMAND_PROGRAMS, TOOLS } from "../../../src/cli/tools.ts";

/** Returns what bash suggests for the last of the words. */
function complete(...words: string[]): string[] {
  const script = `${completionOfAll("bash")}
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")})
COMP_CWORD=${words.length - 1}
registered=$(complete -p ${words[0]})
registered=\${registered#*-F }
\${registered%% *}
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

describe("completion of haremq in bash", () => {
  it("suggests its own commands, RabbitMQ's programs and the server's flags", () => {
    assert.deepEqual(complete("haremq", "re"), ["receive", "resend"]);
    assert.deepEqual(complete("haremq", "ad"), ["admin"]);
    assert.deepEqual(complete("haremq", "--manage"), ["--management-port"]);
    const all = complete("haremq", "");
    for (const name of [...OWN_COMMANDS, ...TOOLS.map(({ subcommand }) => subcommand)]) assert.ok(all.includes(name));
  });

  it("suggests what is behind a program's name", () => {
    assert.deepEqual(complete("haremq", "ctl", "list_q"), ["list_queues"]);
    assert.deepEqual(
      complete("haremq", "ctl", "list_queues", "messages_r"),
      complete(
        "rabbitmqctl",
        "list_queues",
        "messages_r",
      ),
    );
    assert.deepEqual(complete("haremq", "diagnostics", "-q", "check_run"), ["check_running"]);
    assert.deepEqual(complete("haremq", "admin", "decl"), ["declare"]);
    assert.deepEqual(complete("haremq", "admin", "declare", "queu"), ["queue"]);
    assert.deepEqual(complete("haremq", "perf", "-x", "2", "--variable-r"), ["--variable-rate"]);
    assert.deepEqual(complete("rabbitmq-perf-test", "--pol"), ["--polling", "--polling-interval"]);
    assert.deepEqual(complete("haremq", "completion", "z"), ["zsh"]);
  });

  it("suggests the switches of its own commands", () => {
    assert.deepEqual(complete("haremq", "tail", "--exch"), ["--exchange"]);
    assert.deepEqual(complete("haremq", "top", "--js"), ["--json"]);
  });
});

describe("what is made from the table of commands", () => {
  for (const shell of SHELLS) {
    it(`has all programs in ${shell}'s completion`, () => {
      const script = completionOfAll(shell);
      const registrations = script.split("\n").filter((line) => /^(complete|compdef|#compdef) /.test(line)).join("\n");
      for (const tool of [...TOOL_NAMES, "haremq", "rabbitmqadmin", "rabbitmq-perf-test"]) {
        assert.match(registrations, new RegExp(`(^| )${tool}( |$)`, "m"));
      }
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
