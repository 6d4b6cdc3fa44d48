import { CharacterSet, ESCAPED_CLASSES, POSIX_CLASSES } from "./character_set.ts";

/** The syntax tree of a pattern. */
export type Syntax =
  | { readonly kind: "characters"; readonly set: CharacterSet }
  | { readonly kind: "literal"; readonly code: number }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Syntax[] }
  | { readonly kind: "repeat"; readonly part: Syntax; readonly min: number; readonly max: number }
  | { readonly kind: "anchor"; readonly anchor: Anchor }
  | { readonly kind: "look"; readonly part: Syntax; readonly isBehind: boolean; readonly isNegative: boolean };

/** A condition on the place between two characters. `end` may lie before a last line feed, `veryEnd` may not. */
export type Anchor = "start" | "end" | "veryEnd" | "lineStart" | "lineEnd" | "wordBoundary" | "notWordBoundary";

/**
 * An invalid pattern, with the reason in PCRE's words and the offset where PCRE sees it; `undefined` for a pattern that
 * is too long.
 */
export class PatternError extends Error {
  override name = "PatternError";
  readonly offset: number | undefined;

  constructor(message: string, offset: number | undefined) {
    super(message);
    this.offset = offset;
  }
}

/** Maximum depth of nested groups, as in PCRE. */
const DEPTH_MAX = 250;
const REPEAT_MAX = 65_535;

/** The flags that `(?i)` and its like set. */
interface Flags {
  readonly ignoresCase: boolean;
  readonly dotIsAll: boolean;
  readonly isMultiline: boolean;
}
const FLAGS: ReadonlyMap<string, keyof Flags> = new Map([
  ["i", "ignoresCase"],
  ["s", "dotIsAll"],
  ["m", "isMultiline"],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["f", "\f"],
  ["e", "\x1b"],
  ["a", "\x07"],
]);
const ANCHORS: ReadonlyMap<string, Anchor> = new Map([
  ["A", "start"],
  ["Z", "end"],
  ["z", "veryEnd"],
  ["b", "wordBoundary"],
  ["B", "notWordBoundary"],
]);

/** Reads PCRE's syntax, except what can't be matched in linear time. Throws {@linkcode PatternError}. */
export function readSyntax(source: string): Syntax {
  const reader = new Reader(source);
  const syntax = reader.choice();
  if (!reader.isAtEnd) throw reader.error("unmatched parentheses");
  return syntax;
}

class Reader {
  readonly #source: string;
  #at = 0;
  #depth = 0;
  #flags: Flags = { ignoresCase: false, dotIsAll: false, isMultiline: false };
  #isQuoted = false;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  error(message: string, offset = this.#at): PatternError {
    return new PatternError(message, offset);
  }

  #unsupported(what: string): PatternError {
    return this.error(`${what} are not supported`);
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  choice(): Syntax {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    return parts.length === 1 ? parts[0] : { kind: "choice", parts };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    for (this.#skipNothing(); this.#isInSequence; this.#skipNothing()) {
      const part = this.#part();
      if (part !== undefined) parts.push(this.#quantified(part));
    }
    return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
  }

  get #isInSequence(): boolean {
    return !this.isAtEnd && (this.#isQuoted || !"|)".includes(this.#source[this.#at]));
  }

  /** Reads a part. Returns `undefined` for what matches nothing itself: a flag, the beginning of a quotation. */
  #part(): Syntax | undefined {
    if (this.#quantifier() !== undefined) throw this.error("nothing to repeat", this.#at - 1);
    const character = this.#source[this.#at++];
    if (this.#isQuoted) return this.#literal(character);
    const { dotIsAll, isMultiline } = this.#flags;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "characters", set: this.#class() };
      case ".":
        return {
          kind: "characters",
          set: dotIsAll ? new CharacterSet().negate() : new CharacterSet().add(10).negate(),
        };
      case "^":
        return { kind: "anchor", anchor: isMultiline ? "lineStart" : "start" };
      case "$":
        return { kind: "anchor", anchor: isMultiline ? "lineEnd" : "end" };
      case "\\":
        return this.#escape();
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): Syntax {
    const code = character.charCodeAt(0);
    if (!this.#flags.ignoresCase || !/[a-z]/i.test(character)) return { kind: "literal", code };
    return { kind: "characters", set: new CharacterSet().add(code).ignoreCase() };
  }

  // Quantifiers

  #quantified(part: Syntax): Syntax {
    this.#skipNothing();
    const [min, max] = this.#quantifier() ?? [];
    if (min === undefined || max === undefined) return part;
    if (part.kind === "anchor") throw this.error("nothing to repeat", this.#at - 1);
    // Greedy or lazy makes no difference to whether there is a match.
    if (!this.#takes("?") && this.#takes("+")) throw this.#unsupported("possessive quantifiers");
    return { kind: "repeat", part, min, max };
  }

  /** Skips what may stand between a part and its quantifier. */
  #skipNothing(): void {
    while (true) {
      if (this.#takes("\\E")) this.#isQuoted = false;
      else if (this.#isQuoted || !this.#takes("(?#")) return;
      else this.#comment();
    }
  }

  #comment(): void {
    const end = this.#source.indexOf(")", this.#at);
    if (end === -1) throw this.error("missing ) after comment", this.#source.length);
    this.#at = end + 1;
  }

  #quantifier(): [min: number, max: number] | undefined {
    if (this.#isQuoted) return undefined;
    if (this.#takes("*")) return [0, Infinity];
    if (this.#takes("+")) return [1, Infinity];
    if (this.#takes("?")) return [0, 1];
    // Any other brace stands for itself.
    const bounds = /\{(\d+)(,(\d*))?\}/y;
    bounds.lastIndex = this.#at;
    const [text, least, comma, most] = bounds.exec(this.#source) ?? [];
    if (text === undefined) return undefined;
    const end = this.#at + text.length - 1;
    const min = Number(least);
    const max = comma === undefined ? min : most === "" ? Infinity : Number(most);
    if (min > REPEAT_MAX || (max > REPEAT_MAX && max !== Infinity)) {
      throw this.error("number too big in {} quantifier", end);
    }
    if (max < min) throw this.error("numbers out of order in {} quantifier", end);
    this.#at = end + 1;
    return [min, max];
  }

  // Groups

  #group(): Syntax | undefined {
    if (++this.#depth > DEPTH_MAX) throw this.error("parentheses are too deeply nested");
    const flags = this.#flags;
    const part = this.#takes("?") ? this.#special() : this.#takes("*") ? this.#verb() : this.#rest();
    this.#depth--;
    // Flags without a group apply to what follows.
    if (part === undefined) return undefined;
    this.#flags = flags;
    // An anchor can't be repeated, but a group can, whatever is in it.
    return part.kind === "anchor" ? { kind: "sequence", parts: [part] } : part;
  }

  #verb(): never {
    throw this.#unsupported("verbs");
  }

  /** Reads the rest of a group, up to its closing parenthesis. */
  #rest(): Syntax {
    const part = this.choice();
    if (!this.#takes(")")) throw this.error("missing )", this.#source.length);
    return part;
  }

  #special(): Syntax | undefined {
    for (const [beginning, isBehind, isNegative] of LOOKS) {
      if (this.#takes(beginning)) return { kind: "look", part: this.#rest(), isBehind, isNegative };
    }
    if (this.#takes(":")) return this.#rest();
    if (this.#takes(">")) throw this.#unsupported("atomic groups");
    const name = /(?:P?<|')(\w*)([>']?)/y;
    name.lastIndex = this.#at;
    const named = name.exec(this.#source);
    if (named !== null) {
      this.#at = name.lastIndex;
      if (named[2] === "") throw this.error("syntax error in subpattern name (missing terminator)");
      return this.#rest();
    }
    return this.#flagged();
  }

  /** Reads `(?i)`, `(?i-s:…)` and the like. */
  #flagged(): Syntax | undefined {
    let isOn = true;
    for (;; this.#at++) {
      const letter = this.#source[this.#at];
      if (letter === "-") {
        isOn = false;
        continue;
      }
      const flag = FLAGS.get(letter);
      if (flag === undefined) break;
      this.#flags = { ...this.#flags, [flag]: isOn };
    }
    if (this.#takes(")")) return undefined;
    if (this.#takes(":")) return this.#rest();
    throw this.error("unrecognized character after (? or (?-");
  }

  // Escapes

  #escape(): Syntax | undefined {
    if (this.isAtEnd) throw this.error("\\ at end of pattern");
    const letter = this.#source[this.#at];
    if (letter === "Q") {
      this.#at++;
      this.#isQuoted = true;
      return undefined;
    }
    const anchor = ANCHORS.get(letter);
    if (anchor !== undefined) {
      this.#at++;
      return { kind: "anchor", anchor };
    }
    const set = this.#escapedClass();
    if (set !== undefined) return { kind: "characters", set };
    return this.#literal(this.#escapedCharacter());
  }

  #escapedClass(): CharacterSet | undefined {
    const letter = this.#source[this.#at];
    const set = ESCAPED_CLASSES.get(letter?.toLowerCase());
    if (set === undefined) return undefined;
    this.#at++;
    const taken = new CharacterSet().addSet(set);
    return letter === letter.toLowerCase() ? taken : taken.negate();
  }

  #escapedCharacter(): string {
    const letter = this.#source[this.#at++];
    const control = CONTROLS.get(letter);
    if (control !== undefined) return control;
    if (letter === "x") return String.fromCharCode(this.#hexadecimal());
    if (letter === "0") {
      const [digits] = /^[0-7]{0,2}/.exec(this.#source.slice(this.#at))!;
      this.#at += digits.length;
      return String.fromCharCode(parseInt(`0${digits}`, 8));
    }
    if (letter === "c") {
      if (this.isAtEnd) throw this.error("\\c at end of pattern");
      return String.fromCharCode(this.#source[this.#at++].toUpperCase().charCodeAt(0) ^ 0x40);
    }
    if (/[1-9gk]/.test(letter)) throw this.#unsupported("back references");
    if (/[CGKNPRXpuUlL]/.test(letter)) throw this.#unsupported(`\\${letter} and the like`);
    return letter;
  }

  #hexadecimal(): number {
    const [text, braced, plain] = /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{0,2}))/.exec(this.#source.slice(this.#at))!;
    if (text === "" && this.#source[this.#at] === "{") {
      throw this.error("non-hex character in \\x{} (closing brace missing?)", this.#at + 1);
    }
    this.#at += text.length;
    const code = parseInt(braced ?? `0${plain}`, 16);
    if (code > 0xffff) throw this.error("character value in \\x{} or \\o{} is too large");
    return code;
  }

  // Classes

  #class(): CharacterSet {
    const set = new CharacterSet();
    const isNegated = this.#takes("^");
    for (let isFirst = true; isFirst || this.#source[this.#at] !== "]"; isFirst = false) {
      if (this.isAtEnd) throw this.error("missing terminating ] for character class", this.#source.length);
      this.#classPart(set);
    }
    this.#at++;
    if (this.#flags.ignoresCase) set.ignoreCase();
    return isNegated ? set.negate() : set;
  }

  #classPart(set: CharacterSet): void {
    if (this.#takes("[:")) return this.#posixClass(set);
    const first = this.#classCharacter(set);
    if (first === undefined) return;
    const next = this.#source[this.#at + 1];
    if (this.#source[this.#at] !== "-" || next === undefined || next === "]") {
      set.add(first);
      return;
    }
    this.#at++;
    const lastAt = this.#at;
    const last = this.#classCharacter(set);
    // A dash between a character and a class is a plain dash.
    if (last === undefined) set.add(first).add(0x2d);
    else if (last < first) throw this.error("range out of order in character class", lastAt);
    else set.add(first, last);
  }

  #posixClass(set: CharacterSet): void {
    const isNegated = this.#takes("^");
    const end = this.#source.indexOf(":]", this.#at);
    const posix = POSIX_CLASSES.get(this.#source.slice(this.#at, end));
    if (end === -1 || posix === undefined) throw this.error("unknown POSIX class name");
    this.#at = end + 2;
    set.addSet(isNegated ? new CharacterSet().addSet(posix).negate() : posix);
  }

  /** Reads a character and returns its code. Adds a class to the set instead, and returns `undefined`. */
  #classCharacter(set: CharacterSet): number | undefined {
    const character = this.#source[this.#at++];
    if (character !== "\\") return character.charCodeAt(0);
    if (this.isAtEnd) throw this.error("\\ at end of pattern");
    const escaped = this.#escapedClass();
    if (escaped !== undefined) {
      set.addSet(escaped);
      return undefined;
    }
    if (this.#takes("b")) return 8;
    return this.#escapedCharacter().charCodeAt(0);
  }
}

const LOOKS: readonly (readonly [beginning: string, isBehind: boolean, isNegative: boolean])[] = [
  ["=", false, false],
  ["!", false, true],
  ["<=", true, false],
  ["<!", true, true],
];
