import { Atom, type Term, Tuple } from "../term.ts";

/** Maximum depth of a term. */
const DEPTH_MAX = 50;

const TOKEN = /\s*(?:(<<|>>|[[\]{},])|"((?:[^"\\]|\\.)*)"(\/utf8)?|'((?:[^'\\]|\\.)*)'|([a-z][\w@]*)|([+-]?\d+))/sy;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " ", e: "\x1b", "0": "\0" };

const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);

/**
 * Reads a term that is written in Erlang: an atom, an integer, a string, a binary, or a list or tuple of these. Strings
 * become lists of their characters' numbers. Throws `SyntaxError` for anything else.
 */
export function readLiteral(text: string): Term {
  const reader = new LiteralReader(text);
  const term = reader.term(0);
  reader.end();
  return term;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trimEnd();
  }

  term(depth: number): Term {
    if (depth > DEPTH_MAX) throw new SyntaxError("The term is too deep.");
    const [, sign, string, , quoted, atom, integer] = this.#next();
    if (string !== undefined) return charactersOf(unescaped(string));
    if (quoted !== undefined) return new Atom(unescaped(quoted));
    if (atom !== undefined) return new Atom(atom);
    if (integer !== undefined) return Number(integer);
    if (sign === "<<") return this.#binary();
    if (sign === "[") return this.#items("]", depth);
    if (sign === "{") return new Tuple(...this.#items("}", depth));
    throw new SyntaxError(`Unexpected ${sign}`);
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== "") throw new SyntaxError(`Unexpected text at ${this.#at}`);
  }

  #next(): RegExpExecArray {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw new SyntaxError(`Unexpected text at ${this.#at}`);
    this.#at = TOKEN.lastIndex;
    return match;
  }

  #items(end: string, depth: number): Term[] {
    const items: Term[] = [];
    const start = this.#at;
    if (this.#next()[1] === end) return items;
    this.#at = start;
    for (;;) {
      items.push(this.term(depth + 1));
      const [, sign] = this.#next();
      if (sign === end) return items;
      if (sign !== ",") throw new SyntaxError("Expected a comma");
    }
  }

  /** Reads the rest of a binary, whose parts are strings and bytes. */
  #binary(): string {
    const bytes: number[] = [];
    for (let isFirst = true;; isFirst = false) {
      const [, sign, string, isUtf8, , , integer] = this.#next();
      if (isFirst && sign === ">>") break;
      if (string !== undefined && isUtf8 !== undefined) bytes.push(...new TextEncoder().encode(unescaped(string)));
      else if (string !== undefined) bytes.push(...charactersOf(unescaped(string)));
      else if (integer !== undefined) bytes.push(Number(integer));
      else throw new SyntaxError("Expected a string or a byte");
      const [, after] = this.#next();
      if (after === ">>") break;
      if (after !== ",") throw new SyntaxError("Expected a comma");
    }
    if (bytes.some((byte) => byte < 0 || byte > 255)) throw new SyntaxError("A byte is between 0 and 255");
    return textOfBytes(Uint8Array.from(bytes));
  }
}

const charactersOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);

/** Returns the bytes of a binary as text: that of UTF-8, or a character for each byte. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
