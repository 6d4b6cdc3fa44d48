import { Pattern } from "../pattern/pattern.ts";
import { PatternError } from "../pattern/syntax.ts";

/** Maximum number of compiled patterns that are cached; beyond it the least recently used one is dropped. */
const COMPILED_MAX = 1000;

/** Pattern that an empty one stands for. */
const NOTHING = "^$";

/**
 * Matches the patterns of permissions (RabbitMQ: Access Control). A pattern permits a name in which it matches
 * anywhere; the empty pattern permits only the empty name, and an invalid one nothing. As in RabbitMQ, names are
 * matched byte by byte: `^..$` permits `é`, which is two bytes.
 */
export class PermissionPatterns {
  /** Ordered by last use. `undefined` is an invalid pattern. */
  readonly #compiled = new Map<string, Pattern | undefined>();
  readonly #compiledMax: number;

  constructor(compiledMax = COMPILED_MAX) {
    this.#compiledMax = compiledMax;
  }

  /** Returns whether a pattern permits a name. */
  permits(pattern: string, name: string): boolean {
    return this.#compile(bytesOf(pattern === "" ? NOTHING : pattern))?.matches(bytesOf(name)) ?? false;
  }

  get size(): number {
    return this.#compiled.size;
  }

  #compile(source: string): Pattern | undefined {
    let pattern = this.#compiled.get(source);
    if (pattern === undefined && !this.#compiled.has(source)) pattern = compile(source);
    this.#compiled.delete(source);
    this.#compiled.set(source, pattern);
    if (this.#compiled.size > this.#compiledMax) this.#compiled.delete(this.#compiled.keys().next().value!);
    return pattern;
  }
}

function compile(source: string): Pattern | undefined {
  try {
    return new Pattern(source);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return undefined;
  }
}

const encoder = new TextEncoder();

/** Returns a text with one character for each byte of the UTF-8. */
function bytesOf(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Values of a topic permission's placeholders, such as `username` (RabbitMQ: Topic Authorisation). */
export type TopicVariables = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `{username}`, `{vhost}` and `{client_id}` in the pattern of a topic permission by their values, which match
 * only themselves. Placeholders without a value stay.
 */
export const expandTopicPermission = (pattern: string, variables: TopicVariables): string =>
  pattern.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined ? placeholder : value.replace(/[\\^$.|?*+()[\]{}-]/g, "\\$&");
  });
