import type { Table, TableValue } from "../api/types.ts";

export type ArgumentType = "text" | "number" | "boolean" | "list";

/** A line in the editor of arguments. */
export interface ArgumentLine {
  readonly name: string;
  readonly type: ArgumentType;
  readonly text: string;
}

/** A problem with a line of arguments. */
export type ArgumentProblem = "number" | "boolean" | "list" | "twice";

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Reads the value of a line; returns a problem when it has not the type that it says. */
function readValue(
  { type, text }: ArgumentLine,
): { readonly value: TableValue } | { readonly problem: ArgumentProblem } {
  if (type === "text") return { value: text };
  if (type === "boolean") {
    return Object.hasOwn(BOOLEANS, text.trim()) ? { value: BOOLEANS[text.trim()] } : { problem: "boolean" };
  }
  if (type === "number") {
    const value = Number(text);
    return text.trim() === "" || !Number.isFinite(value) ? { problem: "number" } : { value };
  }
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { value } : { problem: "list" };
  } catch {
    return { problem: "list" };
  }
}

/** Reads lines of arguments: those without a name are no arguments. Problems are by the index of their line. */
export function readArguments(lines: readonly ArgumentLine[]): {
  readonly table: Table;
  readonly problems: ReadonlyMap<number, ArgumentProblem>;
} {
  const table: Record<string, TableValue> = {};
  const problems = new Map<number, ArgumentProblem>();
  for (const [index, line] of lines.entries()) {
    if (line.name === "") continue;
    const read = readValue(line);
    if ("problem" in read) problems.set(index, read.problem);
    else if (Object.hasOwn(table, line.name)) problems.set(index, "twice");
    else table[line.name] = read.value;
  }
  return { table, problems };
}

/** Writes a table as lines, such as to change it. What is neither text, number nor boolean is written as JSON. */
export function argumentLines(table: Table): readonly ArgumentLine[] {
  return Object.entries(table).map(([name, value]) => {
    if (typeof value === "string") return { name, type: "text", text: value };
    if (typeof value === "number" || typeof value === "boolean") {
      return { name, type: typeof value as "number" | "boolean", text: String(value) };
    }
    return { name, type: "list", text: JSON.stringify(value) };
  });
}
