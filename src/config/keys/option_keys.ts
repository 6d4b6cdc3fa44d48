import type { Effect } from "./effect.ts";

/** Options by their names in RabbitMQ's keys, as a tree. */
export interface OptionTree {
  [name: string]: OptionValue;
}

export type OptionValue = string | number | boolean | OptionTree;

/** A draft with options below some names. */
export type WithOptions<Section extends string> = { [S in Section]?: OptionTree };

/** Reads the value of an option. Throws `RangeError`. */
export type Reader = (value: string) => OptionValue;

/** An option: its help, and optionally its reader, its default, and the reason if a value has no effect. */
export type Option = readonly [
  help: string,
  read?: Reader,
  fallback?: string,
  whyIgnored?: (value: string) => string | undefined,
];

/** Makes effects of keys that are options of the same name: `auth_http.user_path` is `user_path`. */
export function optionKeys<Section extends string>(
  section: Section,
  prefix: string,
  options: Readonly<Record<string, Option>>,
): Record<string, Effect<WithOptions<Section>>> {
  return Object.fromEntries(
    Object.entries(options).map(([option, [help, read = String, fallback, whyIgnored]]) => [`${prefix}.${option}`, {
      help,
      default: fallback,
      apply(draft: WithOptions<Section>, value: string, ...parts: string[]) {
        const reason = whyIgnored?.(value);
        if (reason !== undefined) return reason;
        const rest = [...parts];
        const path = option.split(".").map((part) => part.startsWith("$") ? rest.shift()! : part);
        draft[section] = withOption(draft[section] ?? {}, path, read(value));
      },
    }]),
  );
}

function withOption(tree: OptionTree, [name, ...rest]: readonly string[], value: OptionValue): OptionTree {
  if (rest.length === 0) return { ...tree, [name]: value };
  const within = Object.hasOwn(tree, name) ? tree[name] : {};
  return { ...tree, [name]: withOption(typeof within === "object" ? within : {}, rest, value) };
}

/** Returns the values of numbered keys in the order of their numbers, and of others in that of their names. */
export const inOrder = <Value>(numbered: Readonly<Record<string, Value>>): Value[] =>
  Object.keys(numbered).sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((name) => numbered[name]);
