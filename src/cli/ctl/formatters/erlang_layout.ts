/** A term as a tree of texts. */
export type Shape = string | Group | Pair;
/** Terms between brackets. */
export interface Group {
  readonly open: "[" | "{" | "#{";
  readonly close: string;
  readonly items: readonly Shape[];
}
/** An entry of a map. */
export interface Pair {
  readonly key: string;
  readonly value: Shape;
}

/** Returns a term in one line. */
export function flat(shape: Shape): string {
  if (typeof shape === "string") return shape;
  if ("key" in shape) return `${shape.key} => ${flat(shape.value)}`;
  return `${shape.open}${shape.items.map(flat).join(",")}${shape.close}`;
}

/** Width that Erlang's `io_lib:format("~p", …)` fills. */
const WIDTH = 80;

/** Indentations behind the tags of tuples, by preference: behind the tag, and by a number of columns. */
const TAG_INDENTS = ["behind", 4] as const;

/** Returns a term as Erlang's `io_lib_pretty` lays it out. */
export function layOut(shape: Shape): string {
  const text = flat(shape);
  if (text.length < WIDTH - 1) return text;
  for (const indent of TAG_INDENTS) {
    try {
      return new Layout(text.length, indent).write(shape, 1, 0, 0);
    } catch (error) {
      if (error !== TOO_FAR) throw error;
    }
  }
  return new Layout(text.length, 1, false).write(shape, 1, 0, 0);
}

/** Thrown when what a tuple has behind its tag would begin too far to the right. */
const TOO_FAR = Symbol();

class Layout {
  /** Length of the whole term in one line. */
  readonly #length: number;
  readonly #tagIndent: "behind" | number;
  readonly #isChecked: boolean;

  constructor(length: number, tagIndent: "behind" | number, isChecked = true) {
    this.#length = length;
    this.#tagIndent = tagIndent;
    this.#isChecked = isChecked;
  }

  /**
   * @param column where it begins, from 1
   * @param closing number of brackets that follow it
   * @param before characters in its line, without the indentation
   */
  write(shape: Shape, column: number, closing: number, before: number): string {
    const text = flat(shape);
    if (this.#fits(text, column, closing, before) || typeof shape === "string" || "key" in shape) return text;
    const { open, close, items } = shape;
    const [tag, ...others] = items;
    if (open === "{" && others.length > 0 && typeof tag === "string" && /^[a-z']/.test(tag)) {
      return `{${tag}${this.#behindTag(tag, others, column, closing, before + 1)}}`;
    }
    return open + this.#items(items, column + open.length, closing, before + 1) + close;
  }

  #fits(text: string, column: number, closing: number, before: number): boolean {
    return text.length < WIDTH - column - closing && text.length + before + closing <= this.#length;
  }

  #behindTag(tag: string, others: readonly Shape[], column: number, closing: number, before: number): string {
    const behind = column + tag.length + 2;
    const indent = this.#tagIndent;
    if (indent === "behind" || tag.length + 2 <= indent) {
      this.#check(this.#length + behind < WIDTH || behind < WIDTH / 2);
      return `,${this.#items(others, behind, closing, before + tag.length + 1)}`;
    }
    const below = column + indent;
    this.#check(this.#length + below <= WIDTH || below <= WIDTH / 2);
    return this.#others(others, below, behind, closing, before + tag.length);
  }

  #check(isGood: boolean): void {
    if (this.#isChecked && !isGood) throw TOO_FAR;
  }

  #items([first, ...others]: readonly Shape[], column: number, closing: number, before: number): string {
    const [text, width] = this.#item(first, column, others.length === 0 ? closing + 1 : 0, before);
    return text + this.#others(others, column, column + width, closing, before + width);
  }

  /** Writes further items: atomic ones behind each other as long as there is room, and all others in lines of their own. */
  #others(items: readonly Shape[], column: number, at: number, closing: number, before: number): string {
    let written = "";
    for (const [index, item] of items.entries()) {
      const isLast = index === items.length - 1;
      // A comma follows, or brackets do.
      const following = isLast ? closing + 1 : 1;
      const text = `,${flat(item)}`;
      if (isAtomic(item) && text.length + following < WIDTH - at && before + text.length + following <= this.#length) {
        written += text;
        at += text.length;
        before += text.length;
        continue;
      }
      const [itself, width] = this.#item(item, column, isLast ? closing + 1 : 0, 0);
      written += `,\n${" ".repeat(column - 1)}${itself}`;
      at = column + width;
      before = width;
    }
    return written;
  }

  /** Returns an item and its width; nothing else is written behind one that is not atomic. */
  #item(item: Shape, column: number, closing: number, before: number): [text: string, width: number] {
    const text = flat(item);
    if (this.#fits(text, column, closing, before)) return [text, isAtomic(item) ? text.length : WIDTH];
    if (typeof item === "string" || !("key" in item)) return [this.write(item, column, closing, before), WIDTH];
    const indent = this.#tagIndent === "behind" ? 4 : this.#tagIndent;
    const value = this.write(item.value, column + indent, closing, 0);
    return [`${item.key} =>\n${" ".repeat(column + indent - 1)}${value}`, WIDTH];
  }
}

const isAtomic = (shape: Shape): boolean =>
  typeof shape === "string" || "key" in shape && typeof shape.value === "string";
