import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { columnsOf } from "../../../src/cli/ctl/columns.ts";
import { COMMANDS } from "../../../src/cli/ctl/commands.ts";
import { FORMATTERS } from "../../../src/cli/ctl/formatters/formatters.ts";
import { helpOf, overview, sectionsOf } from "../../../src/cli/ctl/help.ts";
import { nearestName } from "../../../src/cli/ctl/nearest.ts";
import { GLOBAL_LETTERS, GLOBAL_SWITCHES } from "../../../src/cli/ctl/parser.ts";

/** What `help` of RabbitMQ's programs lists, by version and program; 3.10's rabbitmq-streams has no `help`. */
const recorded: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = JSON.parse(
  readFileSync(new URL("rabbitmq_commands.json", import.meta.url), "utf8"),
);

/** Names in RabbitMQ's usage that are not those of the commands. */
const USAGES: Readonly<Record<string, string>> = {
  list_node_auth_attempt_stats: "list_node_auth_attempts",
  check_if_metadata_store_is_initialized: "check_if_metadata_store_initialized",
  check_if_metadata_store_is_initialized_with_data: "check_if_metadata_store_initialized",
  disable_auth_attempt_source_tracking: "disable_track_auth_attempt_source",
  enable_auth_attempt_source_tracking: "enable_auth_attempt_source_tracking",
};

describe("the table of commands", () => {
  it("has each name once in a program", () => {
    const names = COMMANDS.flatMap(({ name, tools }) => tools.map((tool) => `${tool} ${name}`));
    assert.equal(new Set(names).size, names.length);
  });

  for (const [version, programs] of Object.entries(recorded)) {
    it(`has every command that the help of RabbitMQ ${version} lists`, () => {
      for (const [tool, names] of Object.entries(programs)) {
        const own = COMMANDS.filter(({ tools }) => tools.some((name) => name === tool)).map(({ name }) => name);
        assert.deepEqual(names.filter((name) => !own.includes(name)), [], tool);
      }
    });
  }

  for (const command of COMMANDS) {
    const { name, tools } = command;
    it(`describes ${tools[0]} ${name}`, () => {
      assert.ok(command.usage.startsWith(USAGES[name] ?? name), command.usage);
      assert.ok(helpOf(tools[0], command).includes(command.usage));
      const switches = { ...GLOBAL_SWITCHES, ...command.switches };
      for (const [letter, target] of Object.entries(command.letters ?? {})) {
        assert.ok(Object.hasOwn(switches, target), `-${letter} stands for no switch`);
        // In HareMQ's own commands, -q is the queue.
        const isFree = GLOBAL_LETTERS[letter] === undefined || tools[0] === "haremq" && letter === "q";
        assert.ok(isFree, `-${letter} has a meaning already`);
      }
      if (command.formatter !== undefined) assert.ok(Object.hasOwn(FORMATTERS, command.formatter));
      if (command.columns !== undefined) assert.ok(columnsOf([], command).length > 0);
    });
  }

  it("is shown as an overview with all sections", () => {
    const text = overview("rabbitmqctl", COMMANDS.filter(({ tools }) => tools.includes("rabbitmqctl")));
    for (const { title } of sectionsOf(COMMANDS)) {
      const isElsewhere = ["Plugin Management", "Consistent Hash Exchange plugin"].includes(title);
      assert.equal(text.includes(`\n${title}:\n`), !isElsewhere, title);
    }
  });

  it("names the nearest command to a mistyped one", () => {
    const names = COMMANDS.map(({ name }) => name);
    assert.equal(nearestName("lst_queues", names), "list_queues");
    assert.equal(nearestName("add_usr", names), "add_user");
    assert.equal(nearestName("xyzzy", names), undefined);
  });
});
