import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { COMMANDS } from "../../src/cli/ctl/commands.ts";
import { helpOf, overview } from "../../src/cli/ctl/help.ts";
import { PLAIN } from "../../src/cli/ctl/page.ts";
import { RUSSIAN } from "../../src/cli/ctl/texts/russian.ts";
import { ENGLISH, sayBy } from "../../src/cli/texts/say.ts";
import { TOOL_NAMES } from "../../src/cli/ctl/tools.ts";
import { displayWidth } from "../../src/cli/display_width.ts";
import { wrap, wrapLines, wrapUsage } from "../../src/cli/wrap.ts";

describe("wrapped text", () => {
  it("is broken at spaces, below where it begins", () => {
    assert.equal(wrap("  ping  ", "one two three", 15), "  ping  one two\n        three");
    assert.equal(wrap("", "a a-very-long-word b", 6), "a\na-very-long-word\nb");
    assert.equal(wrap("  ", "one two", Infinity), "  one two");
  });

  it("keeps the bars of a table, and what is in brackets together", () => {
    assert.equal(
      wrapLines("-q | --quiet | says nothing\n * one two", 24),
      "-q | --quiet | says\n   |         | nothing\n * one two",
    );
    assert.equal(
      wrapUsage("ctl", "list [--vhost <vhost>] [<column>, ...]", 21),
      "ctl list\n    [--vhost <vhost>]\n    [<column>, ...]",
    );
  });
});

describe("the help on a terminal", () => {
  for (const [language, say] of [["English", ENGLISH], ["Russian", sayBy(RUSSIAN)]] as const) {
    it(`has no line that the terminal has to break, in ${language}`, () => {
      for (const width of [80, 100, 200]) {
        const page = { width, isColoured: false };
        for (const tool of [...TOOL_NAMES, "haremq"] as const) {
          const commands = COMMANDS.filter(({ tools }) => tools.includes(tool));
          const helps = [
            overview(tool, commands, page, say),
            ...commands.map((command) => helpOf(tool, command, page, say)),
          ];
          for (const line of helps.join("\n").split("\n")) assert.ok(displayWidth(line) <= width, line);
        }
      }
    });

    it(`has the words that it has elsewhere, in ${language}`, () => {
      const words = (text: string) => text.replaceAll(/[\s|]+/g, " ");
      const page = { width: 80, isColoured: false };
      for (const command of COMMANDS) {
        const [tool] = command.tools;
        assert.equal(words(helpOf(tool, command, page, say)), words(helpOf(tool, command, PLAIN, say)));
      }
      assert.equal(
        words(overview("rabbitmqctl", COMMANDS, page, say)),
        words(overview("rabbitmqctl", COMMANDS, PLAIN, say)),
      );
    });
  }
});
