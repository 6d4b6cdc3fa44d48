import { phrase, phraseOf } from "../../phrase/phrase.ts";
import { ENGLISH, type Say } from "../texts/say.ts";
import { ParsingError, PerfError } from "./perf_error.ts";
import { REFUSED_SWITCHES, type RefusedSwitch } from "./refused_switches.ts";
import { type Switch, SWITCHES } from "./switch_table.ts";

/** The values of switches, by their short names; a switch without value has an empty list. */
export type Switches = ReadonlyMap<string, readonly string[]>;

type Known = Switch | RefusedSwitch;

const ALL: readonly Known[] = [...SWITCHES, ...REFUSED_SWITCHES];

/**
 * Reads switches as PerfTest does: `-x 2`, `-x2`, `--producers=2`, `-producers 2` and `--producers 2` are the same, and
 * `-paz5` is `-p -a -z 5`. What is no switch is passed over.
 */
export function parseSwitches(args: readonly string[]): Switches {
  const values = new Map<string, string[]>();
  for (let index = 0; index < args.length && args[index] !== "--"; index++) {
    if (!isSwitch(args[index])) continue;
    for (const { found, attached } of read(args[index])) {
      const own = values.get(found.short) ?? [];
      values.set(found.short, own);
      if (found.takes === "nothing") continue;
      const before = own.length;
      if (attached !== undefined) own.push(attached);
      while (
        index + 1 < args.length && !isSwitch(args[index + 1]) && (own.length === before || found.takes === "values")
      ) own.push(args[++index]);
      if (own.length === before && found.takes !== "perhaps a value") {
        throw new ParsingError(phrase`Missing argument for option: ${found.short}`);
      }
    }
  }
  return values;
}

function isSwitch(arg: string): boolean {
  return /^--?[^\d-]/.test(arg);
}

interface Read {
  readonly found: Switch;
  readonly attached?: string;
}

function read(arg: string): readonly Read[] {
  const [, name, attached] = /^--?([^=]*)(?:=(.*))?$/s.exec(arg) as unknown as [string, string, string | undefined];
  const named = ALL.find(({ short, long }) => name === short || name === long) ?? onlyOneThatStartsWith(name, arg);
  if (named !== undefined) return [{ found: granted(named), attached }];
  if (arg.startsWith("--")) throw unrecognized(arg);
  return concatenated(arg);
}

const unrecognized = (arg: string): ParsingError => new ParsingError(phrase`Unrecognized option: ${arg}`);

/** Returns the switch of a long name's start; `undefined` for a single letter, which is a short name. */
function onlyOneThatStartsWith(start: string, arg: string): Known | undefined {
  if (start.length < 2) return undefined;
  const found = ALL.filter(({ long }) => long.startsWith(start));
  if (found.length < 2) return found[0];
  const names = found.map(({ long }) => `'${long}'`).join(", ");
  throw new ParsingError(phrase`Ambiguous option: '${arg}'  (could be: ${names})`);
}

/** Reads short names of a letter each behind one dash; the value of the last one may follow. */
function concatenated(arg: string): readonly Read[] {
  const all: Read[] = [];
  for (let at = 1; at < arg.length; at++) {
    const named = ALL.find(({ short }) => short === arg[at]);
    if (named === undefined) throw unrecognized(all.length === 0 ? arg : arg.slice(at));
    const found = granted(named);
    const rest = arg.slice(at + 1);
    if (found.takes !== "nothing" && rest !== "") return [...all, { found, attached: rest.replace(/^=/, "") }];
    all.push({ found });
  }
  return all;
}

/** Returns a switch. Throws {@linkcode PerfError} with the reason for which it is refused. */
function granted(known: Known): Switch {
  if ("help" in known) return known;
  throw new PerfError(
    phrase`The option ${namesOf(known)} of PerfTest is not supported here: ${phraseOf(known.reason)}.`,
  );
}

/** Returns both names of a switch, or the only one. */
export const namesOf = ({ short, long }: Pick<Known, "short" | "long">): string =>
  short === long ? `--${long}` : `-${short}/--${long}`;

/**
 * Adds the values of environment variables that are called as the long names: `PRODUCERS`, `ROUTING_KEY`. They go before
 * what was given, as in PerfTest.
 */
export function withEnvironment(given: Switches, environment: (name: string) => string | undefined): Switches {
  const prefix = environment("RABBITMQ_PERF_TEST_ENV_PREFIX")?.trim() ?? "";
  const all = new Map(given);
  for (const known of ALL) {
    const name = variableOf(known);
    const value = environment(prefix === "" || prefix.endsWith("_") ? prefix + name : `${prefix}_${name}`);
    if (value === undefined) continue;
    const isOn = known.takes !== "nothing" || value.toLowerCase() === "true";
    if (isOn) all.set(granted(known).short, known.takes === "values" ? value.split(",") : [value]);
    else all.delete(known.short);
  }
  return all;
}

const variableOf = ({ long }: Pick<Known, "long">): string => long.replaceAll("-", "_").toUpperCase();

/** Returns the help. */
export function usage(say: Say = ENGLISH): string {
  return [
    say(phrase`usage: rabbitmq-perf-test [options]`),
    ...columns(SWITCHES.map((one) => [` ${heading(one)}${one.takes === "nothing" ? "" : " <arg>"}`, say(one.help)])),
  ].join("\n");
}

const heading = ({ short, long }: Switch): string => short === long ? `--${long}` : `-${short},--${long}`;

/** Switches that no environment variable stands for, as in PerfTest. */
const WITHOUT_VARIABLE: readonly string[] = ["?", "v", "env"];

/** Returns the help with the names of the environment variables. */
export function usageWithVariables(say: Say = ENGLISH): string {
  const shown = SWITCHES.filter(({ short }) => !WITHOUT_VARIABLE.includes(short));
  return [
    say(phrase`usage: rabbitmq-perf-test [options]`),
    say(phrase` For multi-value options, separate values with commas, e.g. VARIABLE_RATE='100:60,1000:10,500:15'`),
    ...columns(shown.map((one) => [` ${variableOf(one)}`, say(one.help)])),
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([head]) => head.length)) + 3;
  return rows.map(([head, help]) => head.padEnd(width) + help);
}
