import { type Config, ConfigError, EFFECTS, lastOfEachKey, readConfig } from "./config.ts";
import { type Behaviour, behaviourOf } from "../broker/compat/behaviour.ts";
import { defaultOf } from "./keys/effect.ts";
import { isSecretKey, meaningOf } from "./effective.ts";
import { findKnownKey } from "./known_keys/known_keys.ts";
import { formatKey, type Setting } from "./setting.ts";

/** The result of a reload for a running broker. */
export interface Reload {
  /** Effective settings: new ones where a change reaches a running broker, old ones elsewhere. */
  readonly settings: readonly Setting[];
  readonly config: Config;
  /** A sentence for each changed key, and for each new one without effect. */
  readonly lines: readonly string[];
}

/** Determines the changes of a reload. Throws `ConfigError` when the new settings are invalid. */
export function reload(before: readonly Setting[], after: readonly Setting[]): Reload {
  const { warnings } = readConfig(after);
  const [old, now] = [byName(before), byName(after)];
  const behaviour = behaviourOf(readConfig(before).config);
  const lines: string[] = [];
  const settings: Setting[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)];
    const effect = effectOf(was ?? is!);
    const live = effect?.live;
    const isChanged = was?.value !== is?.value;
    const kept = isChanged && live === undefined ? was : is;
    if (kept !== undefined) settings.push(kept);
    if (!isChanged || effect === undefined) continue;
    const isSecret = isSecretKey(is ?? was!);
    const value = isSecret ? "another" : is?.value ?? defaultValueOf(was!, behaviour) ?? "not set";
    const whom = live === "new connections" ? ", for new connections" : "";
    lines.push(live === undefined ? `${name}: changes at the next start` : `${name}: now ${value}${whom}`);
  }
  const known = new Set(readConfig(before).warnings.map(withoutSource));
  lines.push(...warnings.filter((warning) => !known.has(withoutSource(warning))));
  return { settings, config: readConfig(settings).config, lines };
}

/**
 * Determines the change of one key of a running broker. Throws `ConfigError` when the key or its value is invalid, and when it
 * changes only at a start.
 */
export function change(before: readonly Setting[], setting: Setting): Reload {
  const known = findKnownKey(setting.key);
  if (known !== undefined && effectOf(setting)?.live === undefined) {
    throw new ConfigError(`${formatKey(setting.key)} can't be changed while the broker runs`);
  }
  const others = before.filter(({ key }) => meaningOf(key) !== meaningOf(setting.key));
  return reload(before, [...others, setting]);
}

const byName = (settings: readonly Setting[]): Map<string, Setting> =>
  new Map(lastOfEachKey(settings).map((setting) => [formatKey(setting.key), setting]));

/** Returns the default of a key; those with any text in their names are not set by default. */
const defaultValueOf = (setting: Setting, behaviour: Behaviour): string | undefined =>
  findKnownKey(setting.key)!.name.includes("$") ? undefined : defaultOf(effectOf(setting), behaviour);

const effectOf = ({ key }: Setting) => EFFECTS[findKnownKey(key)!.name];

/** Removes the source of a warning, as lines of a file move when others are added or removed. */
const withoutSource = (warning: string): string => warning.replace(/^.*?: /, "");
