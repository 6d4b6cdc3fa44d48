import { phrase } from "../../phrase/phrase.ts";
import { died, misused } from "./failure.ts";

type Section = Map<string, string>;

/** Section whose keys all others have, too. */
const COMMON = "DEFAULT";

/**
 * Returns the keys of a section of a configuration file, in the format of Python's `configparser`; `undefined` when it
 * has no such section. Keys are in lower case; indented lines continue a value.
 */
export function readSection(text: string, name: string, file: string): ReadonlyMap<string, string> | undefined {
  const sections = new Map<string, Section>();
  let section: Section | undefined;
  let key: string | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#") || content.startsWith(";")) continue;
    const title = /^\[([^\]]+)\]/.exec(line);
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(content);
    if (/^\s/.test(line) && section !== undefined && key !== undefined) {
      section.set(key, `${section.get(key)}\n${content}`);
    } else if (title !== null) {
      section = sections.get(title[1]) ?? new Map<string, string>();
      sections.set(title[1], section);
      key = undefined;
    } else if (section !== undefined && pair !== null) {
      key = pair[1].toLowerCase();
      section.set(key, pair[2]);
    } else {
      throw died(
        phrase`Line ${at + 1} of the config file '${file}' is neither a section nor a key with a value: ${content}`,
      );
    }
  }
  const found = sections.get(name);
  if (found === undefined || name === COMMON) return undefined;
  const all = new Map([...sections.get(COMMON) ?? [], ...found]);
  // Other signs behind a percent sign are left as they are.
  return new Map([...all].map(([key, value]) => [key, value.replaceAll("%%", "%")]));
}

/** Returns the failure of a run whose section is missing. */
export const missingSection = (name: string, file: string): Error =>
  misused(phrase`Could not read section '${name}' in config file '${file}':\n   No section: '${name}'`);
