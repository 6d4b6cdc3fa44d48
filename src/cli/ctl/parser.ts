/** Kind of a switch's value. */
export type SwitchType = "boolean" | "string" | "integer";
export type Switches = Readonly<Record<string, SwitchType>>;
/** Letters that stand for switches. */
export type Letters = Readonly<Record<string, string>>;
export type Options = Readonly<Record<string, string | number | boolean>>;

/** Switches of all commands; names are written with `-` in place of `_`. */
export const GLOBAL_SWITCHES: Switches = {
  node: "string",
  quiet: "boolean",
  silent: "boolean",
  dry_run: "boolean",
  vhost: "string",
  timeout: "integer",
  longnames: "boolean",
  formatter: "string",
  printer: "string",
  file: "string",
  script_name: "string",
  rabbitmq_home: "string",
  mnesia_dir: "string",
  plugins_dir: "string",
  enabled_plugins_file: "string",
  aliases_file: "string",
  erlang_cookie: "string",
  help: "boolean",
  print_stacktrace: "boolean",
  data_dir: "string",
  url: "string",
  base_uri: "string",
  username: "string",
  password: "string",
};

export const GLOBAL_LETTERS: Letters = {
  p: "vhost",
  n: "node",
  q: "quiet",
  s: "silent",
  l: "longnames",
  t: "timeout",
  "?": "help",
};

export interface ParsedArguments {
  readonly options: Options;
  readonly positional: readonly string[];
  /** Switches that are unknown, or whose value is missing or wrong: with that value. */
  readonly invalid: readonly (readonly [name: string, value: string])[];
}

/** Parses arguments by the rules of RabbitMQ's commands, which are those of Elixir's `OptionParser` in strict mode. */
export function parseArguments(args: readonly string[], switches: Switches, letters: Letters): ParsedArguments {
  const options: Record<string, string | number | boolean> = {};
  const positional: string[] = [];
  const invalid: [string, string][] = [];
  const rest = [...args];

  const setValue = (written: string, key: string, given: string | undefined) => {
    const isNegated = key.startsWith("no_") && switches[key] === undefined;
    const name = isNegated ? key.slice(3) : key;
    const type = switches[name];
    if (type === undefined || (isNegated && type !== "boolean")) return invalid.push([written, given ?? ""]);
    if (type === "boolean") {
      if (given !== undefined && given !== "true" && given !== "false") return invalid.push([written, given]);
      options[name] = (given ?? "true") === "true" !== isNegated;
      return;
    }
    const value = given ?? (rest.length > 0 && isValue(rest[0]) ? rest.shift() : undefined);
    if (value === undefined) return invalid.push([written, ""]);
    if (type === "string") options[name] = value;
    else if (/^[+-]?\d+$/.test(value)) options[name] = Number(value);
    else invalid.push([written, value]);
  };

  while (rest.length > 0) {
    const argument = rest.shift()!;
    if (argument === "--") {
      positional.push(...rest.splice(0));
    } else if (argument.startsWith("--")) {
      const [written, given] = splitValue(argument);
      // An underscore is not accepted in place of a dash.
      const key = written.includes("_") ? written : written.slice(2).replaceAll("-", "_");
      setValue(written, key, given);
    } else if (isValue(argument)) {
      positional.push(argument);
    } else {
      const [written, given] = splitValue(argument);
      const names = [...written.slice(1)].map((letter) => letters[letter]);
      const isGroup = names.length > 1 && names.every((name) => name !== undefined && switches[name] === "boolean");
      if (names.length === 1 && names[0] !== undefined) setValue(written, names[0], given);
      else if (isGroup) { for (const name of names) setValue(written, name, given); }
      else invalid.push([written, given ?? ""]);
    }
  }
  return { options, positional, invalid };
}

/** Returns whether an argument is a value and not a switch: `-` and negative numbers are values. */
const isValue = (argument: string): boolean => !argument.startsWith("-") || /^-(\d|$| )/.test(argument);

function splitValue(argument: string): [name: string, value: string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
