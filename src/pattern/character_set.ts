const ASCII = 128;

/** A set of characters, by their code units. Case and classes such as `\w` know ASCII only, as in RabbitMQ's patterns. */
export class CharacterSet {
  readonly #ascii = new Uint8Array(ASCII);
  /** First and last code unit of each range outside ASCII, in pairs. */
  readonly #others: number[] = [];
  #isNegated = false;

  has(code: number): boolean {
    return this.#isAdded(code) !== this.#isNegated;
  }

  #isAdded(code: number): boolean {
    if (code < ASCII) return this.#ascii[code] === 1;
    for (let i = 0; i < this.#others.length; i += 2) {
      if (code >= this.#others[i] && code <= this.#others[i + 1]) return true;
    }
    return false;
  }

  add(first: number, last = first): this {
    for (let code = first; code <= Math.min(last, ASCII - 1); code++) this.#ascii[code] = 1;
    if (last >= ASCII) this.#others.push(Math.max(first, ASCII), last);
    return this;
  }

  /** Adds each character of a text. */
  addAll(characters: string): this {
    for (let i = 0; i < characters.length; i++) this.add(characters.charCodeAt(i));
    return this;
  }

  /** Adds the characters of another set. */
  addSet(set: CharacterSet): this {
    for (let code = 0; code < ASCII; code++) if (set.has(code)) this.#ascii[code] = 1;
    if (!set.#isNegated) this.#others.push(...set.#others);
    // A set added here is a class, which holds nothing but ASCII.
    else this.#others.push(ASCII, 0xffff);
    return this;
  }

  /** Adds the other case of each letter in the set. */
  ignoreCase(): this {
    for (let upper = 0x41; upper <= 0x5a; upper++) {
      if (this.#ascii[upper] === 1) this.#ascii[upper | 0x20] = 1;
      else if (this.#ascii[upper | 0x20] === 1) this.#ascii[upper] = 1;
    }
    return this;
  }

  /** Replaces the set by its complement. */
  negate(): this {
    this.#isNegated = !this.#isNegated;
    return this;
  }
}

const range = (...ranges: readonly string[]): CharacterSet => {
  const set = new CharacterSet();
  for (const [first, last] of ranges) set.add(first.charCodeAt(0), (last ?? first).charCodeAt(0));
  return set;
};

/** Classes that a backslash and a letter stand for, by the letter; its capital stands for the complement. */
export const ESCAPED_CLASSES: ReadonlyMap<string, CharacterSet> = new Map([
  ["d", range("09")],
  ["w", range("09", "AZ", "az", "_")],
  ["s", range("\t\r", " ")],
  ["h", range("\t", " ", "\xa0")],
  ["v", range("\n\r", "\x85")],
]);

/** Classes of characters by their names in `[[:name:]]`. */
export const POSIX_CLASSES: ReadonlyMap<string, CharacterSet> = new Map([
  ["alnum", range("09", "AZ", "az")],
  ["alpha", range("AZ", "az")],
  ["ascii", range("\0\x7f")],
  ["blank", range("\t", " ")],
  ["cntrl", range("\0\x1f", "\x7f")],
  ["digit", range("09")],
  ["graph", range("!~")],
  ["lower", range("az")],
  ["print", range(" ~")],
  ["punct", range("!/", ":@", "[`", "{~")],
  ["space", range("\t\r", " ")],
  ["upper", range("AZ")],
  ["word", range("09", "AZ", "az", "_")],
  ["xdigit", range("09", "AF", "af")],
]);
