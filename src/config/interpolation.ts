import { ConfigError } from "./config_error.ts";
import { splitKey } from "./conf_file.ts";
import { formatKey, type Setting } from "./setting.ts";

/** Returns the value of an environment variable, if it is set. */
export type Environment = (name: string) => string | undefined;

const REFERENCE = /\$\(([^)]*)\)/;

/**
 * Replaces `$(NAME)` in values by another key's value, or, when there is no such key, by the environment variable of
 * that name (RabbitMQ: Configuration, Environment Variable Interpolation).
 */
export function interpolate(settings: readonly Setting[], environment: Environment): Setting[] {
  const values = new Map(settings.map(({ key, value }) => [formatKey(key), value]));

  function expand(value: string, source: string, within: readonly string[]): string {
    let expanded = "";
    let rest = value;
    for (let match = REFERENCE.exec(rest); match !== null; match = REFERENCE.exec(rest)) {
      const name = match[1].trim();
      if (within.includes(name)) throw new ConfigError(`${source}: $(${name}) refers to itself.`);
      const found = values.get(formatKey(splitKey(name))) ?? environment(name);
      if (found === undefined) {
        throw new ConfigError(
          `${source}: there is neither a key nor an environment variable with the name $(${name}).`,
        );
      }
      expanded += rest.slice(0, match.index) + expand(found, source, [...within, name]);
      rest = rest.slice(match.index + match[0].length);
    }
    return expanded + rest;
  }

  return settings.map((setting) => ({
    ...setting,
    value: expand(setting.value, setting.source, [formatKey(setting.key)]),
  }));
}
