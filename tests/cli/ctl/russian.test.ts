import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import type { Command, ToolName } from "../../../src/cli/ctl/command.ts";
import { COMMANDS } from "../../../src/cli/ctl/commands.ts";
import { helpOf } from "../../../src/cli/ctl/help.ts";
import { PLAIN } from "../../../src/cli/ctl/page.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { RUSSIAN } from "../../../src/cli/ctl/texts/russian.ts";
import { DESCRIPTIONS } from "../../../src/cli/ctl/texts/russian/descriptions.ts";
import { sayBy } from "../../../src/cli/texts/say.ts";
import { KeptTerminal } from "./kept_terminal.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));

const TOOLS = [...new Set(COMMANDS.flatMap(({ tools }) => tools))];

/** Names and values that are the same in every language. */
const NAMES = new Set(`
  RabbitMQ Erlang Elixir HiPE Khepri VM AMQP TLS EPMD LDAP TCP WAL IP PID Pid pid cookie raft inetrc observer jq stdin stdout
  JSON CSV json csv erlang table openssl map
  sha md GB bytes megabytes gigabytes days weeks months years all true
  queues exchanges topic queue stream classic quorum max messages unacked in out
  rejected expired maxlen payload properties
`.split(/\s+/));

/** Parts of a text that are no words: addresses, arguments, switches, quoted commands, names with `_`, `.` or `/`. */
const NO_WORDS = [/https?:\S+/g, /<[^>]*>/g, /'[^']*'/g, /"[^"]*"/g, /--?[\w?-]+/g, /\{[^}]*\}/g, /\S*\w[_/.]\w\S*/g];

/** Returns the English words of a text. */
function englishWords(text: string): string[] {
  const rest = NO_WORDS.reduce((text, pattern) => text.replaceAll(pattern, " "), text);
  return (rest.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !NAMES.has(word));
}

/** Returns the help for a command without its usage and the names of its arguments and columns. */
function proseOf(tool: ToolName, command: Command): string {
  let text = helpOf(tool, command, PLAIN, sayBy(RUSSIAN)).replace(command.usage, "").replace(tool, "");
  for (const [argument] of command.help ?? []) text = text.replace(`${argument}\n`, "\n");
  return command.columns === undefined ? text : text.replace([...command.columns].sort().join(", "), "");
}

/** Runs a program in a locale, without a broker. */
async function run(locale: string, tool: ToolName, ...args: string[]) {
  const terminal = new KeptTerminal(folder);
  const exitCode = await runTool(tool, args, terminal, {
    environment: (name) => name === "HAREMQ_DATA_DIR" ? folder : name === "LANG" ? locale : undefined,
    socketFetcher: () => () => Promise.reject(new TypeError("no broker")),
    fetch,
    stateOf: () => "missing",
    listeningSockets: () => [],
  });
  return { stdout: terminal.stdout, stderr: terminal.stderr, exitCode };
}

describe("the help in Russian", () => {
  it("has no full stop after a description", () => {
    assert.deepEqual(Object.values(DESCRIPTIONS).filter((text) => text.endsWith(".")), []);
  });

  for (const tool of TOOLS) {
    it(`leaves no English words in the help of ${tool}`, () => {
      const left = COMMANDS.filter(({ tools }) => tools.includes(tool)).flatMap((command) =>
        englishWords(proseOf(tool, command)).map((word) => `${command.name}: ${word}`)
      );
      assert.deepEqual(left, []);
    });
  }

  for (const tool of TOOLS.filter((tool) => tool !== "haremq")) {
    it(`leaves no English words in the overview of ${tool}`, async () => {
      const { stdout, exitCode } = await run("ru_RU.UTF-8", tool, "help");
      assert.equal(exitCode, 0);
      assert.ok(stdout.includes("Доступные команды:"));
      const lines = stdout.split("\n").map((line) => line.startsWith("   ") ? line.trim().replace(/^\S+/, "") : line);
      const usage = lines.findIndex((line) => line.startsWith(tool));
      lines.splice(usage, 1);
      assert.deepEqual(englishWords(lines.join("\n")), []);
    });
  }

  it("is recognized as English when it is", async () => {
    assert.ok(englishWords((await run("C", "rabbitmqctl", "help")).stdout).length > 100);
  });

  it("is shown in every way that help is asked for", async () => {
    const help = await run("ru_RU.UTF-8", "rabbitmqctl", "help", "list_queues");
    assert.ok(help.stdout.includes("Выводит очереди и их свойства.\n"), help.stdout);
    assert.ok(help.stdout.includes("\nОбщие параметры\n"));
    assert.deepEqual(await run("ru_RU.UTF-8", "rabbitmqctl", "list_queues", "--help"), help);

    const overview = await run("ru_RU.UTF-8", "rabbitmqctl", "--help");
    assert.deepEqual(await run("ru_RU.UTF-8", "rabbitmqctl", "help"), overview);
    const nothing = await run("ru_RU.UTF-8", "rabbitmqctl");
    assert.deepEqual(nothing, { stdout: "", stderr: overview.stdout, exitCode: 64 });
    const list = await run("ru_RU.UTF-8", "rabbitmqctl", "help", "--list-commands");
    assert.ok(list.stdout.includes("Виртуальные хосты:"));
  });

  it("answers an unknown command, and names the nearest one", async () => {
    assert.deepEqual(await run("ru_RU.UTF-8", "rabbitmqctl", "lst_queues"), {
      stdout: "",
      stderr: "\nКоманда 'lst_queues' не найдена. \nВозможно, вы имели в виду 'list_queues'? \n\n",
      exitCode: 64,
    });
    const { stdout, stderr, exitCode } = await run("ru_RU.UTF-8", "rabbitmqctl", "help", "lst_queues");
    assert.equal(stdout, "");
    assert.ok(
      stderr.startsWith("Ошибка:\n\nКоманда 'lst_queues' не найдена. \nВозможно, вы имели в виду 'list_queues'?"),
    );
    assert.equal(exitCode, 64);
  });
});

describe("failures in Russian", () => {
  it("say what was wrong, and end with the same exit codes", async () => {
    const failures = [
      [["list_queues"], /^Ошибка: не удалось выполнить операцию\. .*\n\nНи у одного брокера нет сокета /],
      [["list_queues", "--xyz"], /^Ошибка \(проверка аргументов\): Недопустимые параметры этой команды:\n--xyz : \n/],
      [["add_user"], /^Ошибка \(проверка аргументов\): аргументов недостаточно\.\nПолученные аргументы:\n\tadd_user\n/],
      [["-n", "a@b@c", "ping"], /^Недопустимое имя узла/],
      [["list_queues", "--url", "nowhere"], /^Ошибка:\n--url — не URL вида/],
      [["force_gc"], /^Ошибка:\nСреда выполнения JavaScript собирает мусор сама\.$/m],
    ] as const;
    for (const [args, text] of failures) {
      const { stderr, exitCode, stdout } = await run("ru_RU.UTF-8", "rabbitmqctl", ...args);
      assert.match(stderr, text);
      assert.equal(exitCode, (await run("C", "rabbitmqctl", ...args)).exitCode);
      assert.equal(stdout, "");
    }
  });

  it("leave the answer of a machine format as it is", async () => {
    const args = ["version", "--formatter", "json"] as const;
    assert.deepEqual(await run("ru_RU.UTF-8", "rabbitmqctl", ...args), await run("C", "rabbitmqctl", ...args));
  });
});
