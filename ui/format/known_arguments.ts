import type { Table, TableValue } from "../api/types.ts";

/** An argument, or a property of a message, whose type is known. */
export interface KnownArgument {
  readonly name: string;
  /** A list has all values that it may have. */
  readonly type: "integer" | "text" | "boolean" | readonly string[];
  /** True for an integer of milliseconds. */
  readonly isTime?: boolean;
  readonly help?: string;
}

/** What was typed for arguments, by name. Those that are absent are not given. */
export type KnownTexts = Readonly<Record<string, string>>;

/** Returns the text that a field begins with. */
export const firstText = ({ type }: KnownArgument): string =>
  type === "boolean" ? "true" : typeof type === "string" ? "" : type[0];

/** Reads what was typed for arguments. Names of those whose value is no integer are apart. */
export function readKnown(known: readonly KnownArgument[], texts: KnownTexts): {
  readonly table: Table;
  readonly wrong: readonly string[];
} {
  const table: Record<string, TableValue> = {};
  const wrong: string[] = [];
  for (const { name, type } of known) {
    const text = texts[name];
    if (text === undefined) continue;
    if (type === "boolean") table[name] = text === "true";
    else if (type !== "integer") table[name] = text;
    else if (/^\s*-?\d+\s*$/.test(text)) table[name] = Number(text);
    else wrong.push(name);
  }
  return { table, wrong };
}
