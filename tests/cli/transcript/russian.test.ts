import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { englishWords } from "../texts/english_words.ts";
import { ADMIN_SCENES } from "./admin_invocations.ts";
import { type Scene, SCENES } from "./invocations.ts";
import { replay } from "./replay.ts";
import type { Entry } from "./transcript.ts";

/** Formats for programs, which are the same in every language. */
const FOR_PROGRAMS = /--formatter (json|csv|erlang)/;
/** Lines with the names of commands, arguments and switches alone: the usage, and what follows it in the help. */
const USAGE = /^(rabbitmq\S* \[--node | {3}\w+ {3})/;
/** What the broker answers, which is English: clients and scripts compare it. */
const ANSWERS = [
  /^Unrecognised terms /,
  /^Validation failed$/,
  /^max-queues should be a number/,
  /^configure: invalid regular expression/,
  /is not a valid maximum length$/,
  /are not recognised policy settings$/,
  /^pattern should be regular expression but is invalid/,
  /^apply-to 'nothing' unrecognised/,
  /^component nonsense not found$/,
  /^\*\*\* (unknown exchange type|inequivalent arg|Validation failed|payload_encoding: |Invalid ackmode|count: an integer)/,
];
/** Values that are the same in every language: protocols, types and levels, and a reason of Erlang. */
const VALUES = new Set(
  "amqp http all classic quorum debug info warning error critical none badarg production".split(" "),
);

/** Names of topics and of the host. */
const ADMIN_VALUES = new Set("subcommands config localhost".split(" "));
/** The usage, and what the system says of brokers and files that are not there. */
const ADMIN_SAME = [/^ {2}rabbitmqadmin \[options\]/, /\[Errno 111\] Connection refused$/, /ENOENT: /];

/** Returns the lines for people in what a command wrote. */
function proseOf({ command, stdout, stderr, exitCode }: Entry): string[] {
  const lines = stdout.split("\n");
  const isListing = / list_/.test(command) && exitCode === 0;
  // Rows are data; the banner is above them.
  if (isListing) lines.splice(/ (-q|-s|--silent)( |$)/.test(command) ? 0 : 1);
  return [...lines, ...stderr.split("\n")].filter((line) => !USAGE.test(line));
}

/** Plays what needs no shell, which has a locale of its own. */
async function replayInRussian(scenes: readonly Scene[]): Promise<readonly Entry[]> {
  const played = scenes.map((scene) => ({
    ...scene,
    commands: scene.commands.filter((command) => !/[|<>&;]/.test(command.replaceAll(/'[^']*'/g, ""))),
  }));
  return (await replay(played, "ru_RU.UTF-8")).raw;
}

describe("HareMQ's commands in a Russian locale", () => {
  let entries: readonly Entry[] = [];
  before(async () => {
    entries = await replayInRussian(SCENES);
  });

  it("leave no English words in what people read", () => {
    const ours = entries.filter(({ command }) =>
      !FOR_PROGRAMS.test(command) && !/ (help|--help|'-\?')( |$)/.test(command)
    );
    assert.ok(ours.length > 200);
    for (const entry of ours) {
      const known = new Set([...VALUES, ...entry.command.match(/[A-Za-z]{2,}/g) ?? []]);
      const prose = proseOf(entry).filter((line) => !ANSWERS.some((answer) => answer.test(line)));
      assert.deepEqual(prose.flatMap((line) => englishWords(line, known)), [], entry.command);
    }
  });

  it("speak Russian", () => {
    const textOf = (wanted: string) => {
      const { stdout, stderr } = entries.find(({ command }) => command === wanted)!;
      return stdout + stderr;
    };
    assert.equal(
      textOf("rabbitmqctl list_queues").split("\n").slice(0, 3).join("\n"),
      "Время ожидания: 60.0 с ...\nОчереди виртуального хоста / ...\nname\tmessages",
    );
    assert.ok(textOf("rabbitmqctl add_user alice secret").startsWith('Добавляется пользователь "alice" ...\nГотово.'));
    assert.ok(textOf("rabbitmqctl add_user").startsWith("Ошибка (проверка аргументов): аргументов недостаточно.\n"));
    assert.ok(textOf("rabbitmqctl delete_vhost warehouse").includes("Удаляется виртуальный хост"));
    assert.ok(textOf("rabbitmqctl lst_queues").includes("Возможно, вы имели в виду 'list_queues'?"));
  });

  it("write the formats for programs as in English", () => {
    for (const { command, stdout } of entries.filter(({ command }) => FOR_PROGRAMS.test(command))) {
      // Erlang's format has a banner for people, which is above the values.
      const values = stdout.split("\n").filter((line) => !line.endsWith(" ...")).join("\n");
      assert.doesNotMatch(values, /[а-яё]/i, command);
    }
  });
});

describe("rabbitmqadmin in a Russian locale", () => {
  let entries: readonly Entry[] = [];
  before(async () => {
    entries = await replayInRussian(ADMIN_SCENES);
  });

  it("leaves no English words in what people read", () => {
    const ours = entries.filter(({ command }) =>
      command.startsWith("rabbitmqadmin") && !/(help|-h|--bash-completion)( |$)/.test(command)
    );
    assert.ok(ours.length > 100);
    for (const { command, stdout, stderr, exitCode } of ours) {
      const isListing = exitCode === 0 && / (list|show|get) /.test(command);
      const prose = isListing ? stderr : stdout + stderr;
      const lines = prose.split("\n").filter((line) => ![...ANSWERS, ...ADMIN_SAME].some((same) => same.test(line)));
      const known = new Set([...ADMIN_VALUES, ...command.match(/[A-Za-z]{2,}/g) ?? []]);
      assert.deepEqual(lines.flatMap((line) => englishWords(line, known)), [], `${command}\n${prose}`);
    }
  });

  it("speaks Russian", () => {
    const { stderr } = entries.find(({ command }) => command === "rabbitmqadmin nonsense")!;
    assert.equal(stderr, "\nОШИБКА: Действие nonsense неизвестно\n\nСправка: rabbitmqadmin --help\n\n");
  });
});
