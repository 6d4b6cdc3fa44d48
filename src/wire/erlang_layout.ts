/** An Erlang term, reduced to what its text depends on: its text on one line, and the places where lines may break. */
export type ErlangTerm =
  /** A text that stays on one line: an atom, a number, a string or a binary that is text. */
  | { readonly kind: "atomic"; readonly text: string; readonly length: number }
  /** A binary that is not text. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly length: number }
  | { readonly kind: "list"; readonly items: readonly ErlangTerm[]; readonly length: number }
  | { readonly kind: "tuple"; readonly items: readonly ErlangTerm[]; readonly length: number }
  | { readonly kind: "map"; readonly pairs: readonly Pair[]; readonly length: number };

interface Pair {
  readonly key: ErlangTerm;
  readonly value: ErlangTerm;
  readonly length: number;
}

const ARROW = " => ";

/** Returns the length of a text as Erlang counts it, in code points. */
const lengthOf = (text: string): number => /^[\0-\uffff]*$/u.test(text) ? text.length : Array.from(text).length;
const totalLength = (parts: readonly { readonly length: number }[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0) + Math.max(0, parts.length - 1);

export const atomic = (text: string): ErlangTerm => ({ kind: "atomic", text, length: lengthOf(text) });

export const bytesTerm = (bytes: Uint8Array): ErlangTerm =>
  bytes.length === 0 ? atomic("<<>>") : { kind: "bytes", bytes, length: bytes.join().length + 4 };

export const list = (items: readonly ErlangTerm[]): ErlangTerm =>
  items.length === 0 ? atomic("[]") : { kind: "list", items, length: totalLength(items) + 2 };

export const tuple = (...items: readonly ErlangTerm[]): ErlangTerm => ({
  kind: "tuple",
  items,
  length: totalLength(items) + 2,
});

export function map(entries: readonly (readonly [key: ErlangTerm, value: ErlangTerm])[]): ErlangTerm {
  const pairs = entries.map(([key, value]) => ({ key, value, length: key.length + ARROW.length + value.length }));
  return pairs.length === 0 ? atomic("#{}") : { kind: "map", pairs, length: totalLength(pairs) + 3 };
}

/** Writes a term on one line. */
function oneLine(term: ErlangTerm): string {
  switch (term.kind) {
    case "atomic":
      return term.text;
    case "bytes":
      return `<<${term.bytes.join()}>>`;
    case "list":
      return `[${term.items.map(oneLine).join()}]`;
    case "tuple":
      return `{${term.items.map(oneLine).join()}}`;
    case "map":
      return `#{${term.pairs.map(pairOnOneLine).join()}}`;
  }
}

const pairOnOneLine = ({ key, value }: Pair): string => oneLine(key) + ARROW + oneLine(value);

/** Returns whether a tuple's first item is an atom, which sets the indent of the others. */
const isTagged = (items: readonly ErlangTerm[]): boolean =>
  items.length > 1 && items[0].kind === "atomic" && /^[a-z]/.test(items[0].text);

/** Indents that Erlang tries for a tagged tuple's items, in this order: the tag's length, 4, 1. In columns. */
const TAG_INDENTS = [Infinity, 4, 1];
const MAP_VALUE_INDENT = 4;
const BYTES_WIDTH_MIN = 8;

/**
 * Lays out a term as Erlang's `io_lib:format("~tp")` does from a column, counted from 1: on one line if it fits, else
 * with each list or tuple on a line of its own.
 */
export function layOut(term: ErlangTerm, column: number, lineLength: number): string {
  if (term.length < lineLength - column) return oneLine(term);
  for (const tagIndent of TAG_INDENTS) {
    const text = new Layout(lineLength, term.length, tagIndent).term(term, column, 0, 0);
    if (text !== undefined) return text;
  }
  throw new Error("a layout with the least indent is never refused");
}

/**
 * One attempt at a layout with a given indent of tagged tuples. Its methods return `undefined` when a line becomes too
 * long.
 */
class Layout {
  readonly #lineLength: number;
  /** Length of the whole term on one line, which no line of a layout exceeds. */
  readonly #length: number;
  readonly #tagIndent: number;
  /** End of the last written item: its column, and the width before it on its line. */
  #column = 0;
  #width = 0;

  constructor(lineLength: number, length: number, tagIndent: number) {
    this.#lineLength = lineLength;
    this.#length = length;
    this.#tagIndent = tagIndent;
  }

  /**
   * Lays out a term at a column, with `closing` brackets behind it on its last line and a width before it on its first.
   */
  term(term: ErlangTerm, column: number, closing: number, width: number): string | undefined {
    if (this.#fits(term.length, column, closing, width)) return oneLine(term);
    switch (term.kind) {
      case "atomic":
        return term.text;
      case "bytes":
        return `<<${this.#bytes(term.bytes, column + 2, closing, width)}>>`;
      case "list":
        return wrapped("[", this.#items(term.items, column + 1, closing, width + 1), "]");
      case "tuple":
        return wrapped(
          "{",
          isTagged(term.items)
            ? this.#tagged(term.items, column, closing, width + 1)
            : this.#items(term.items, column + 1, closing, width + 1),
          "}",
        );
      case "map":
        return wrapped("#{", this.#pairs(term.pairs, column + 2, closing, width + 1), "}");
    }
  }

  #fits(length: number, column: number, closing: number, width: number): boolean {
    return length < this.#lineLength - column - closing && length + width + closing <= this.#length;
  }

  #tagged([tag, ...others]: readonly ErlangTerm[], column: number, closing: number, width: number): string | undefined {
    const indent = tag.length + 2;
    const isIndentedByTag = indent <= this.#tagIndent;
    const begin = column + (isIndentedByTag ? indent : this.#tagIndent);
    if (this.#isTooFarRight(begin, isIndentedByTag)) return undefined;
    if (isIndentedByTag) {
      return wrapped(`${oneLine(tag)},`, this.#items(others, begin, closing, width + tag.length + 1), "");
    }
    this.#column = column + indent;
    this.#width = width + tag.length;
    return wrapped(oneLine(tag), this.#itemsBehind(others, begin, closing), "");
  }

  /** Returns whether a column is too far right. With the least indent it never is. */
  #isTooFarRight(column: number, isIndentedByTag: boolean): boolean {
    if (this.#tagIndent === 1) return false;
    const end = this.#length + column;
    const half = Math.trunc(this.#lineLength / 2);
    return isIndentedByTag ? end >= this.#lineLength && column >= half : end > this.#lineLength && column > half;
  }

  /** Lays out the items of a list or tuple. The first one begins at a column, and so does each that begins a line. */
  #items(items: readonly ErlangTerm[], column: number, closing: number, width: number): string | undefined {
    const [first, ...others] = items;
    const text = this.#item(first, column, others.length === 0 ? closing + 1 : 0, width);
    return text && wrapped(text, this.#itemsBehind(others, column, closing), "");
  }

  #itemsBehind(items: readonly ErlangTerm[], column: number, closing: number): string | undefined {
    const indent = `,\n${" ".repeat(column - 1)}`;
    let text = "";
    for (const [at, item] of items.entries()) {
      const behind = at === items.length - 1 ? closing + 1 : 0;
      const length = item.length + 1;
      if (item.kind === "atomic" && this.#fits(length, this.#column, behind || 1, this.#width)) {
        text += `,${item.text}`;
        this.#column += length;
        this.#width += length;
        continue;
      }
      const below = this.#item(item, column, behind, 0);
      if (below === undefined) return undefined;
      text += indent + below;
    }
    return text;
  }

  #item(item: ErlangTerm, column: number, closing: number, width: number): string | undefined {
    const isOnLine = item.kind === "atomic" && this.#fits(item.length, column, closing, width);
    const text = isOnLine ? item.text : this.term(item, column, closing, width);
    this.#endAt(column, width, isOnLine ? item.length : this.#lineLength);
    return text;
  }

  #pairs(pairs: readonly Pair[], column: number, closing: number, width: number): string | undefined {
    const indent = `\n${" ".repeat(column - 1)}`;
    let text = "";
    for (const [at, pair] of pairs.entries()) {
      const behind = at === pairs.length - 1 ? closing + 1 : 0;
      const length = pair.length + 1;
      if (at > 0 && isAtomic(pair) && this.#fits(length, this.#column, behind || 1, this.#width)) {
        text += `,${pairOnOneLine(pair)}`;
        this.#column += length;
        this.#width += length;
        continue;
      }
      const one = this.#pair(pair, column, behind, at === 0 ? width : 0);
      if (one === undefined) return undefined;
      text += at === 0 ? one : `,${indent}${one}`;
    }
    return text;
  }

  #pair(pair: Pair, column: number, closing: number, width: number): string | undefined {
    if (this.#fits(pair.length, column, closing, width)) {
      this.#endAt(column, 0, isAtomic(pair) ? pair.length : this.#lineLength);
      return pairOnOneLine(pair);
    }
    const begin = column + Math.min(this.#tagIndent, MAP_VALUE_INDENT);
    const key = this.term(pair.key, column, closing, width);
    const value = this.term(pair.value, begin, closing, 0);
    this.#endAt(column, 0, this.#lineLength);
    return key && value && `${key} =>\n${" ".repeat(begin - 1)}${value}`;
  }

  /** Notes the end of an item. After one as long as a line the next one begins another. */
  #endAt(column: number, width: number, length: number): void {
    this.#column = column + length;
    this.#width = width + length;
  }

  #bytes(bytes: Uint8Array, column: number, closing: number, width: number): string {
    const room = Math.min(this.#lineLength - column, this.#length - 4 - width) - closing;
    const lineWidth = Math.max(BYTES_WIDTH_MIN, room);
    const indent = `\n${" ".repeat(column - 1)}`;
    let left = lineWidth;
    let text = "";
    for (const [at, byte] of bytes.entries()) {
      const piece = at === bytes.length - 1 ? `${byte}` : `${byte},`;
      if (piece.length > left) {
        text += indent;
        left = lineWidth;
      }
      text += piece;
      left -= piece.length;
    }
    return text;
  }
}

const isAtomic = ({ key, value }: Pair): boolean => key.kind === "atomic" && value.kind === "atomic";

const wrapped = (before: string, text: string | undefined, behind: string): string | undefined =>
  text === undefined ? undefined : before + text + behind;
