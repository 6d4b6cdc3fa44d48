import { Pattern } from "../pattern/pattern.ts";
import { PatternError } from "../pattern/syntax.ts";

/** Patterns that are kept compiled; beyond them the one that was not used for longest is compiled again when it is needed. */
const COMPILED_MAX = 1000;

/** What an empty pattern stands for. */
const NOTHING = "^$";

/**
 * Patterns of permissions (RabbitMQ: Access Control). One permits a name that it finds a match anywhere in; the empty one
 * permits the empty name alone, and one that can't be read nothing. As in RabbitMQ names are matched byte by byte: `^..$`
 * permits `é`, which is two bytes.
 */
export class PermissionPatterns {
  /** The one that was used last is the last. `undefined` is a pattern that can't be read. */
  readonly #compiled = new Map<string, Pattern | undefined>();
  readonly #compiledMax: number;

  constructor(compiledMax = COMPILED_MAX) {
    this.#compiledMax = compiledMax;
  }

  /** Tells whether a pattern permits a name. */
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

/** A text with a character for each byte of its UTF-8. */
function bytesOf(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** What the placeholders of a topic permission stand for, such as `username` (RabbitMQ: Topic Authorisation). */
export type TopicVariables = Readonly<Record<string, string | undefined>>;

/**
 * Puts values in the place of `{username}`, `{vhost}` and `{client_id}` in the pattern of a topic permission; those that
 * are not known stay as they are. A value stands for itself, whatever a pattern would make of it.
 */
export const expandTopicPermission = (pattern: string, variables: TopicVariables): string =>
  pattern.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined ? placeholder : value.replace(/[\\^$.|?*+()[\]{}-]/g, "\\$&");
  });
