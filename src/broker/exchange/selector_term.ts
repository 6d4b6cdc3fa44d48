/** An Erlang term of a selector. Binaries are texts here. */
export type SelectorTerm = number | string | Atom | Tuple | readonly SelectorTerm[];

/** An Erlang atom. */
export class Atom {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An Erlang tuple. */
export class Tuple {
  readonly items: readonly SelectorTerm[];

  constructor(items: readonly SelectorTerm[]) {
    this.items = items;
  }
}

/** Maximum depth of nested terms. */
const DEPTH_MAX = 100;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?/y;
const BINARY = /<<[ \t\r\n]*(?:"([^"\\]*(?:\\[^][^"\\]*)*)"[ \t\r\n]*)?>>/y;
const ATOM = /'([^'\\]*(?:\\[^][^'\\]*)*)'|[a-z][A-Za-z0-9_@]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Reads a term, with or without a final full stop. Throws `SyntaxError` with the reason in RabbitMQ's words. */
export function parseSelectorTerm(text: string): SelectorTerm {
  const reader = new SelectorTermReader(text);
  const term = reader.term(0);
  reader.take(".");
  if (!reader.isAtEnd) throw new SyntaxError("trailing_characters");
  return term;
}

class SelectorTermReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#match(SPACE);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Skips a character, if it is next, and the space behind it. Returns whether it was. */
  take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#match(SPACE);
    return true;
  }

  term(depth: number): SelectorTerm {
    if (depth > DEPTH_MAX) throw new SyntaxError("max_depth_exceeded");
    if (this.isAtEnd) throw new SyntaxError("unexpected_end");
    if (this.take("{")) return new Tuple(this.#terms("}", depth));
    if (this.take("[")) return this.#terms("]", depth);
    const number = this.#token(NUMBER);
    if (number !== undefined) return Number(number[0]);
    const binary = this.#token(BINARY);
    if (binary !== undefined) return unescaped(binary[1] ?? "");
    const atom = this.#token(ATOM);
    if (atom !== undefined) return new Atom(unescaped(atom[1] ?? atom[0]));
    throw new SyntaxError("unexpected_character");
  }

  #terms(end: string, depth: number): SelectorTerm[] {
    const terms: SelectorTerm[] = [];
    if (this.take(end)) return terms;
    do terms.push(this.term(depth + 1)); while (this.take(","));
    if (!this.take(end)) throw new SyntaxError(`expected_comma_or_closing_${end === "}" ? "brace" : "bracket"}`);
    return terms;
  }

  /** Reads a token, if it is next, and skips the space behind it. */
  #token(pattern: RegExp): RegExpExecArray | undefined {
    const match = this.#match(pattern);
    if (match !== undefined) this.#match(SPACE);
    return match;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\([^])/g, (_, character: string) => ESCAPES[character] ?? character);
