import { phrase } from "../../phrase/phrase.ts";
import { misparsed } from "./failure.ts";
import { HELP, type Settings, type Switch, SWITCHES } from "./switches.ts";

const ALL = [HELP, ...SWITCHES];

/** Parses arguments by the rules of Python's `optparse`: switches stand anywhere, and long names may be cut short. */
export function parseSwitches(args: readonly string[]): { settings: Settings; positional: string[] } {
  const settings: Settings = {};
  const positional: string[] = [];
  const rest = [...args];

  const take = (written: string, { setting, sets, isInteger }: Switch, given: string | undefined) => {
    if (sets !== undefined) {
      settings[setting] = sets;
      return;
    }
    const value = given ?? rest.shift();
    if (value === undefined) throw misparsed(phrase`${written} option requires 1 argument`);
    if (isInteger && !/^\s*[+-]?\d+\s*$/.test(value)) {
      throw misparsed(phrase`option ${written}: invalid integer value: '${value}'`);
    }
    settings[setting] = isInteger ? Number(value) : value;
  };

  // The help ends the run, so that nothing behind it matters.
  while (rest.length > 0 && settings.help === undefined) {
    const argument = rest.shift()!;
    if (argument === "--") positional.push(...rest.splice(0));
    else if (argument.startsWith("--")) {
      const at = argument.indexOf("=");
      const switchOf = longSwitch(at < 0 ? argument : argument.slice(0, at));
      const given = at < 0 ? undefined : argument.slice(at + 1);
      if (given !== undefined && switchOf.sets !== undefined) {
        throw misparsed(phrase`${switchOf.name} option does not take a value`);
      }
      take(switchOf.name, switchOf, given);
    } else if (argument.startsWith("-") && argument !== "-") {
      for (let at = 1; at < argument.length; at++) {
        const letter = argument[at];
        const found = ALL.find((one) => one.letter === letter);
        if (found === undefined) throw misparsed(phrase`no such option: -${letter}`);
        const behind = argument.slice(at + 1);
        take(`-${letter}`, found, behind === "" ? undefined : behind);
        if (found.sets === undefined) break;
      }
    } else positional.push(argument);
  }
  return { settings, positional };
}

/** Returns the switch of a name, or the only one whose name begins so. */
function longSwitch(name: string): Switch {
  const exact = ALL.find((one) => one.name === name);
  if (exact !== undefined) return exact;
  const possible = ALL.filter((one) => one.name.startsWith(name));
  if (possible.length === 1) return possible[0];
  if (possible.length === 0) throw misparsed(phrase`no such option: ${name}`);
  const names = possible.map((one) => one.name).sort();
  throw misparsed(phrase`ambiguous option: ${name} (${names.join(", ")}?)`);
}
