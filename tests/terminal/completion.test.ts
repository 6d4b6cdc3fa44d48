import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { SHELLS } from "../../src/cli/ctl/completion.ts";
import { completionOfAll } from "../../src/cli/program_completion.ts";
import { runInTerminal, type Step } from "./terminal.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));
for (const shell of SHELLS) writeFileSync(`${folder}/${shell}`, completionOfAll(shell));

/** What is typed, and what Tab makes of it or suggests for its last word. */
const COMPLETIONS: readonly (readonly [line: string, suggested: readonly string[]])[] = [
  ["rabbitmqctl list_q", ["list_queues"]],
  ["rabbitmqctl -q list_queues messages_unack", ["messages_unacknowledged", "messages_unacknowledged_ram"]],
  ["rabbitmqctl set_policy --prio", ["--priority"]],
  ["rabbitmqctl list_users --formatter json", ["json", "json_stream"]],
  ["rabbitmqctl list_users --time", ["--timeout"]],
  ["rabbitmq-diagnostics check_run", ["check_running"]],
  ["rabbitmqadmin decl", ["declare"]],
  ["rabbitmqadmin declare queu", ["queue"]],
  ["rabbitmq-perf-test --variable-r", ["--variable-rate"]],
  ["haremq re", ["receive", "resend"]],
  ["haremq --management-p", ["--management-port"]],
  ["haremq ctl list_q", ["list_queues"]],
  ["haremq tail --exch", ["--exchange"]],
  ["haremq completion z", ["zsh"]],
];

describe("completion in fish", () => {
  const lines = COMPLETIONS.map(([line]) => `complete -C '${line}'; echo ---`);
  const { stdout, stderr, status } = spawnSync(
    "fish",
    ["--no-config", "-c", [`source ${folder}/fish`, ...lines].join("\n")],
    { encoding: "utf8", env: { HOME: folder, PATH: "/usr/bin:/bin" } },
  );
  const answers = stdout.split("---\n");
  it("reads the script", () => assert.deepEqual([stderr, status], ["", 0]));
  for (const [at, [line, suggested]] of COMPLETIONS.entries()) {
    it(`suggests ${suggested.join(" and ")} for ${line}`, () => {
      const names = answers[at].split("\n").filter((text) => text !== "").map((text) => text.split("\t")[0]);
      assert.deepEqual(names.sort(), [...suggested].sort());
    });
  }
});

describe("completion in zsh", () => {
  it("suggests the same", async () => {
    const start =
      `PS1='> '; zstyle ':completion:*' list-packed no; autoload -Uz compinit; compinit -u -D; source ${folder}/zsh; clear`;
    const steps: Step[] = [{ until: "\\S", type: `${start}\n` }];
    for (const [line, suggested] of COMPLETIONS) {
      steps.push({ until: "\\A> \\Z|\\A>\\s*\\Z", type: `${line}\t` });
      const shown = suggested.length === 1
        ? `^> .*${suggested[0]}`
        : `^${suggested.toSorted().join("(?!\\S)(.|\\n)*?\\b")}(?!\\S)`;
      // A second Tab lists what there is.
      if (suggested.length > 1) steps.push({ until: "^> .*\\w", type: "\t" });
      steps.push({ until: shown, record: true, type: "\x15\x0c" });
    }
    steps.push({ until: "\\A>\\s*\\Z", type: "exit\n" });
    const { screens } = await runInTerminal(
      ["zsh", "-f", "-i"],
      { columns: 80, rows: 24, env: { HOME: folder } },
      steps,
    );
    for (const [at, [line, suggested]] of COMPLETIONS.entries()) {
      const [typed, ...others] = screens[at].filter((text) => text !== "");
      const names = others.flatMap((text) => text.replace(/ -- .*/, "").split(/\s+/)).filter((name) => name !== "");
      if (suggested.length > 1) assert.deepEqual(names.sort(), [...suggested].sort(), line);
      else assert.deepEqual([typed, names], [`> ${line.replace(/\S+$/, suggested[0])}`, []], line);
    }
  });
});
