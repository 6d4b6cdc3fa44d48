import { REFUSED_SWITCHES } from "../src/cli/perf/refused_switches.ts";
import { NO_EFFECT, type Switch, SWITCHES } from "../src/cli/perf/switch_table.ts";
import { markdownTable } from "./markdown_table.ts";

const code = (text: string): string => `\`${text}\``;

type Named = Pick<Switch, "short" | "long">;

const names = ({ short, long }: Named): string[] => [short === long ? "" : code(`-${short}`), code(`--${long}`)];

/** Returns `docs/perf_switches.md`: each switch of PerfTest, and what becomes of it. */
export function perfSwitchesPage(): string {
  const working = SWITCHES.filter(({ help }) => help !== NO_EFFECT);
  const idle = SWITCHES.filter(({ help }) => help === NO_EFFECT);
  return [
    "# Switches of `rabbitmq-perf-test`",
    "",
    "`deno task docs` writes this page from the tables in `src/cli/perf/switch_table.ts` and",
    "`src/cli/perf/refused_switches.ts`. Together they have each switch of PerfTest 2.26. [measuring.md](measuring.md) shows",
    "their use.",
    "",
    "An environment variable stands for each: `PRODUCER_CHANNEL_COUNT=2` for `--producer-channel-count 2`, `AUTOACK=true` for",
    "`--autoack`. It goes before what is given.",
    "",
    "## Switches that work",
    "",
    ...markdownTable(
      ["short", "long", "values", "meaning"],
      working.map((one) => [...names(one), VALUES[one.takes], one.help]),
    ),
    "",
    "## Switches without an effect",
    "",
    "They are accepted: what they are about in Java or in the system's sockets needs no setting here.",
    "",
    ...markdownTable(["short", "long"], idle.map(names)),
    "",
    "## Switches that are refused",
    "",
    "The program says so, and ends with status 1.",
    "",
    ...markdownTable(["short", "long", "reason"], REFUSED_SWITCHES.map((one) => [...names(one), one.reason])),
    "",
  ].join("\n");
}

const VALUES: Readonly<Record<Switch["takes"], string>> = {
  nothing: "",
  value: "one",
  values: "one or more",
  "perhaps a value": "one or none",
};
