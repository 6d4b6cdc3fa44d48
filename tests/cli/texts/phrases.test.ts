import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Command } from "commander";
import { RUSSIAN as ADMIN } from "../../../src/cli/admin/russian.ts";
import { HELP, SWITCHES } from "../../../src/cli/admin/switches.ts";
import { COMMANDS } from "../../../src/cli/ctl/commands.ts";
import { SECTION_TITLES } from "../../../src/cli/ctl/section_titles.ts";
import { RUSSIAN as CTL } from "../../../src/cli/ctl/texts/russian.ts";
import { commandsOf, SILENCE } from "../../../src/cli/main.ts";
import { LATENCIES, latencyUnit, RATES } from "../../../src/cli/perf/metrics_format.ts";
import { REFUSED_SWITCHES } from "../../../src/cli/perf/refused_switches.ts";
import { RUSSIAN as PERF } from "../../../src/cli/perf/russian.ts";
import { SWITCHES as PERF_SWITCHES } from "../../../src/cli/perf/switch_table.ts";
import { personOf } from "../../../src/cli/person.ts";
import { RUSSIAN as SERVER } from "../../../src/cli/russian.ts";
import { TOOLS } from "../../../src/cli/tools.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { Amount, joined, phrase, verbatim } from "../../../src/phrase/phrase.ts";
import { ENGLISH, needsTranslation, sayBy, type Translation } from "../../../src/cli/texts/say.ts";
import { phrasesIn, phrasesOf } from "./phrases_in_source.ts";

/** Texts of the programs: their phrases, and those in tables. */
const PROGRAMS: readonly {
  readonly name: string;
  readonly translation: Translation;
  readonly phrases: readonly string[];
  readonly tables: readonly string[];
}[] = [
  {
    name: "rabbitmqctl and its like",
    translation: CTL,
    phrases: ["ctl"],
    tables: [
      ...COMMANDS.flatMap(({ description, help = [] }) => [description, ...help.map(([, explanation]) => explanation)]),
      ...Object.values(SECTION_TITLES),
    ],
  },
  {
    name: "rabbitmqadmin",
    translation: ADMIN,
    phrases: ["admin", "ctl/management_client.ts"],
    tables: [HELP, ...SWITCHES].map(({ help }) => help),
  },
  {
    name: "haremq",
    translation: SERVER,
    phrases: [
      "*.ts",
      "../store",
      "../config/size.ts",
      "../config/value.ts",
      "../runtime/runtime.ts",
      "../runtime/folder_error.ts",
    ],
    tables: [
      ...["Usage:", "Options:", "Commands:", "Arguments:", "display help for command"],
      ...helpTextsOf(commandsOf(runtime, personOf(runtime), SILENCE)),
      ...TOOLS.map(({ description }) => description),
    ],
  },
  {
    name: "rabbitmq-perf-test",
    translation: PERF,
    phrases: ["perf"],
    tables: [
      ...PERF_SWITCHES.map(({ help }) => help),
      ...REFUSED_SWITCHES.map(({ reason }) => reason),
      ...[...RATES, ...LATENCIES].map(({ name }) => name),
      ...[true, false].map((inMilliseconds) => latencyUnit({ inMilliseconds })),
    ],
  },
];

/** Returns the texts in the help of a command and of those below it. */
function helpTextsOf(command: Command): string[] {
  return [
    command.description(),
    ...command.options.map(({ description }) => description),
    ...command.registeredArguments.map(({ description }) => description),
    ...command.commands.flatMap(helpTextsOf),
  ];
}

const placesIn = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

for (const { name, translation, phrases, tables } of PROGRAMS) {
  describe(`the Russian texts of ${name}`, () => {
    const english = new Set([...phrasesIn(...phrases).map(({ key }) => key), ...tables].filter(needsTranslation));

    it("are those of all English ones, and no others", () => {
      const russian = new Set(Object.keys(translation));
      assert.deepEqual([...english].filter((text) => !russian.has(text)), [], "texts without a translation");
      assert.deepEqual([...russian].filter((text) => !english.has(text)), [], "translations of nothing");
    });

    it("have the same places for values, and words in Cyrillic letters", () => {
      for (const [english, russian] of Object.entries(translation)) {
        assert.deepEqual(placesIn(russian), placesIn(english), english);
        if (needsTranslation(russian)) assert.match(russian, /[а-яё]/i, english);
      }
    });
  });
}

describe("a phrase", () => {
  const say = sayBy({ "{0} of {1}": "{1}: {0}", "a queue": "очередь" });

  it("is English by itself", () => {
    assert.equal(ENGLISH(phrase`${1} of ${phrase`a queue`}`), "1 of a queue");
    assert.equal(String(joined([phrase`a queue`, "b"], ", ")), "a queue, b");
    assert.equal(String(joined([], ", ")), "");
  });

  it("is said by its translation, with the phrases within it", () => {
    assert.equal(say(phrase`${"{1}"} of ${phrase`a queue`}`), "очередь: {1}");
    assert.equal(say("a queue"), "очередь");
    assert.equal(say(joined([phrase`a queue`, "b"], "\n")), "очередь\nb");
  });

  it("has numbers as people write them in its language", () => {
    const say = sayBy({ "{0} messages": "сообщений: {0}" });
    const text = phrase`${new Amount(1234567)} messages`;
    assert.equal(ENGLISH(text), "1,234,567 messages");
    assert.equal(say(text), "сообщений: 1\u00a0234\u00a0567");
    assert.equal(JSON.stringify({ text }), '{"text":"1,234,567 messages"}');
  });

  it("stays as it is without words of its own", () => {
    assert.equal(say(verbatim("Validation failed")), "Validation failed");
    assert.equal(say(phrase`(${1})`), "(1)");
  });

  it("is never left out", () => {
    assert.throws(() => say(phrase`an exchange`), /There is no translation of: an exchange/);
  });

  it("is found in the source with those within it", () => {
    const source = 'const a = phrase`a "${b({ c: `}` })}"\\n${d ? phrase`e` : ""} f`;';
    assert.deepEqual(phrasesOf(source).map(({ key }) => key), ['a "{0}"\n{1} f', "e"]);
  });
});
