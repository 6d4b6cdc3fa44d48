import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Language, languageOf } from "../../src/cli/language.ts";

const CASES: readonly (readonly [environment: Readonly<Record<string, string>>, language: Language])[] = [
  [{}, "en"],
  [{ LANG: "C" }, "en"],
  [{ LANG: "C.UTF-8" }, "en"],
  [{ LANG: "POSIX" }, "en"],
  [{ LANG: "en_GB.UTF-8" }, "en"],
  [{ LANG: "run" }, "en"],
  [{ LANG: "ru" }, "ru"],
  [{ LANG: "ru_RU" }, "ru"],
  [{ LANG: "ru_RU.UTF-8" }, "ru"],
  [{ LANG: "ru_UA.utf8" }, "ru"],
  [{ LANG: "ru_RU.UTF-8@cyrillic" }, "ru"],
  // Text is written in UTF-8, which these terminals don't show.
  [{ LANG: "ru_RU.KOI8-R" }, "en"],
  [{ LANG: "ru_RU.CP1251" }, "en"],
  [{ LANG: "en_GB.UTF-8", LC_MESSAGES: "ru_RU.UTF-8" }, "ru"],
  [{ LANG: "ru_RU.UTF-8", LC_MESSAGES: "C" }, "en"],
  [{ LANG: "ru_RU.UTF-8", LC_MESSAGES: "ru_RU.UTF-8", LC_ALL: "C" }, "en"],
  [{ LANG: "C", LC_MESSAGES: "C", LC_ALL: "ru_RU.UTF-8" }, "ru"],
  [{ LANG: "ru_RU.UTF-8", LC_MESSAGES: "", LC_ALL: "" }, "ru"],
  // The locale of times and numbers is not that of messages.
  [{ LC_TIME: "ru_RU.UTF-8" }, "en"],
];

describe("the language of the command line", () => {
  for (const [environment, language] of CASES) {
    it(`is ${language} with ${JSON.stringify(environment)}`, () => {
      assert.equal(languageOf((name) => environment[name]), language);
    });
  }
});
