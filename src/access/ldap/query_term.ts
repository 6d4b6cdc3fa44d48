/** An Erlang atom. */
export interface QueryAtom {
  readonly atom: string;
}

/** An Erlang term of an LDAP query: a text, an atom, a list or a tuple. */
export type QueryTerm = string | QueryAtom | readonly QueryTerm[] | { readonly tuple: readonly QueryTerm[] };

/** An invalid query, with the place of the error. */
export class QueryError extends Error {
  override name = "QueryError";
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " ", e: "\x1b" };
/** Maximum depth of nested terms. */
const DEPTH_MAX = 100;

/** Reads a term, with or without a final full stop. Throws {@linkcode QueryError}. */
export function readQueryTerm(source: string): QueryTerm {
  const reader = new QueryTermReader(source);
  const term = reader.term(0);
  reader.takes(".");
  if (!reader.isAtEnd) throw reader.error("something follows its end");
  return term;
}

class QueryTermReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at >= this.#source.length;
  }

  error(message: string): QueryError {
    return new QueryError(`invalid query, at character ${this.#at + 1}: ${message}`);
  }

  takes(text: string): boolean {
    this.#skipSpace();
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  term(depth: number): QueryTerm {
    if (depth > DEPTH_MAX) throw this.error("it is nested too deep");
    if (this.takes("{")) return { tuple: this.#terms("}", depth) };
    if (this.takes("[")) return this.#terms("]", depth);
    if (this.takes("<<")) return this.#binary();
    if (this.takes('"')) return this.#texts();
    if (this.takes("'")) return { atom: this.#quoted("'") };
    const [atom] = /^[a-z][\w@]*/.exec(this.#source.slice(this.#at)) ?? [];
    if (atom === undefined) throw this.error("a tuple, a list, a text or an atom is expected");
    this.#at += atom.length;
    return { atom };
  }

  #terms(end: string, depth: number): QueryTerm[] {
    const terms: QueryTerm[] = [];
    if (this.takes(end)) return terms;
    do terms.push(this.term(depth + 1)); while (this.takes(","));
    if (!this.takes(end)) throw this.error(`'${end}' is expected`);
    return terms;
  }

  #binary(): string {
    if (!this.takes('"')) throw this.error('<<"text">> is expected');
    const text = this.#texts();
    this.takes("/utf8");
    if (!this.takes(">>")) throw this.error("'>>' is expected");
    return text;
  }

  /** Reads one or more adjacent texts as one. */
  #texts(): string {
    let text = this.#quoted('"');
    while (this.takes('"')) text += this.#quoted('"');
    return text;
  }

  #quoted(quote: string): string {
    let text = "";
    for (;;) {
      const character = this.#source[this.#at++];
      if (character === undefined) throw this.error(`${quote} is expected`);
      if (character === quote) return text;
      if (character !== "\\") {
        text += character;
        continue;
      }
      const escaped = this.#source[this.#at++] ?? "";
      text += ESCAPES[escaped] ?? escaped;
    }
  }

  #skipSpace(): void {
    this.#at += /^(\s|%.*)*/.exec(this.#source.slice(this.#at))![0].length;
  }
}
