/** A number as it is written, so that `0.0` stays a float and large integers stay exact. */
export class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** Returns it as Python writes it. */
  toString(): string {
    if (/^-?\d+$/.test(this.source)) return this.source;
    const value = Number(this.source);
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
      return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
    }
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
}

export type ExactJson = string | boolean | null | WrittenNumber | readonly ExactJson[] | ExactObject;
export type ExactObject = { readonly [key: string]: ExactJson };

export const isExactObject = (value: ExactJson): value is ExactObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);

/** What `JSON.parse` tells of a number (ES2025), which its type does not have yet. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Parses JSON, and keeps numbers as they are written. Throws `SyntaxError`. */
export function parseExactJson(text: string): ExactJson {
  const keepNumbers: Reviver = (_, value, context) =>
    typeof value === "number" ? new WrittenNumber(context.source!) : value;
  return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown) as ExactJson;
}

/** Writes JSON on one line, in ASCII, as Python does. */
export function inlineJson(value: ExactJson): string {
  if (value instanceof WrittenNumber) return String(value);
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(", ")}]`;
  if (!isExactObject(value)) return asciiJson(value);
  return `{${Object.entries(value).map(([key, item]) => `${asciiJson(key)}: ${inlineJson(item)}`).join(", ")}}`;
}

const asciiJson = (value: ExactJson): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => unit === "\x7f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Writes JSON on many lines with sorted keys, as Python does. */
export function prettyJson(value: ExactJson, indent = ""): string {
  const inner = `${indent}  `;
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0 ? open + close : `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${indent}${close}`;
  if (value instanceof WrittenNumber) return String(value);
  if (Array.isArray(value)) return block("[", value.map((item) => prettyJson(item, inner)), "]");
  if (!isExactObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1);
  return block("{", entries.map(([key, item]) => `${JSON.stringify(key)}: ${prettyJson(item, inner)}`), "}");
}
