import { type Config, ConfigError, readConfig } from "./config.ts";
import { loopbackUsersOf } from "./keys/access.ts";
import { type Reload, reload } from "./reload.ts";
import type { Setting } from "./setting.ts";

/** A variable that RabbitMQ has as one list of names, and the configuration as a key for each of them. */
interface NameList {
  names(config: Config): readonly string[];
  /** Returns the settings that make these names the whole list. */
  settings(names: readonly string[]): readonly Pick<Setting, "key" | "value">[];
}

const LISTS: Readonly<Record<string, NameList>> = {
  loopback_users: {
    names: loopbackUsersOf,
    settings: (names) =>
      names.length === 0
        ? [{ key: ["loopback_users"], value: "none" }]
        : names.map((name) => ({ key: ["loopback_users", name], value: "true" })),
  },
};

const listAt = (name: string): NameList | undefined => Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;

/** Returns the effective names of a list; `undefined` when the key has none. The settings must be valid. */
export const namesAt = (settings: readonly Setting[], name: string): readonly string[] | undefined =>
  listAt(name)?.names(readConfig(settings).config);

/** Determines the change of a whole list of a running broker. Throws `ConfigError` when the key has none. */
export function changeNames(
  before: readonly Setting[],
  name: string,
  names: readonly string[],
  source: string,
): Reload {
  const list = listAt(name);
  if (list === undefined) throw new ConfigError(`${name} is no list`);
  const others = before.filter(({ key }) => key[0] !== name);
  return reload(before, [...others, ...list.settings(names).map((setting) => ({ ...setting, source }))]);
}
