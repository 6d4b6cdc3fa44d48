import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { englishWords } from "../texts/english_words.ts";
import { SCENES } from "./invocations.ts";
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
];
/** Values that are the same in every language: protocols, types and levels, and a reason of Erlang. */
const VALUES = new Set(
  "amqp http all classic quorum debug info warning error critical none badarg production".split(" "),
);

/** Returns the lines for people in what a command wrote. */
function proseOf({ command, stdout, stderr, exitCode }: Entry): string[] {
  const lines = stdout.split("\n");
  const isListing = / list_/.test(command) && exitCode === 0;
  // Rows are data; the banner is above them.
  if (isListing) lines.splice(/ (-q|-s|--silent)( |$)/.test(command) ? 0 : 1);
  return [...lines, ...stderr.split("\n")].filter((line) => !USAGE.test(line));
}

describe("HareMQ's commands in a Russian locale", () => {
  let entries: readonly Entry[] = [];
  before(async () => {
    const scenes = SCENES.map((scene) => ({
      ...scene,
      commands: scene.commands.filter((command) => !/[|<>&;]/.test(command.replaceAll(/'[^']*'/g, ""))),
    }));
    ({ raw: entries } = await replay(scenes, "ru_RU.UTF-8"));
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
