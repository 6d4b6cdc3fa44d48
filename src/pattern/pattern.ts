import type { CharacterSet } from "./character_set.ts";
import { type Anchor, PatternError, readSyntax, type Syntax } from "./syntax.ts";

/** Largest pattern, as in RabbitMQ. In bytes. */
export const PATTERN_BYTES_MAX = 1024;
/** Maximum number of instructions of a pattern, with its repetitions written out. */
const PROGRAM_MAX = 10_000;
/**
 * Number of steps after which a match fails, as in RabbitMQ. The time of a match is proportional to the length of the
 * text times that of the pattern, or to its square inside lookarounds: no pattern can stop the broker.
 */
const STEPS_MAX = 500_000;

type Instruction =
  | { readonly kind: "literal"; readonly code: number }
  | { readonly kind: "characters"; readonly set: CharacterSet }
  | { readonly kind: "anchor"; readonly anchor: Anchor }
  /** Goes on at the next instruction, and at `other` if that path fails. */
  | { readonly kind: "either"; other: number; readonly index: number }
  | { readonly kind: "jump"; to: number }
  /** Goes on at `end` if the instructions between reach their `match`, or do not. */
  | { readonly kind: "look"; end: number; readonly isBehind: boolean; readonly isNegative: boolean }
  | { readonly kind: "match" };

/**
 * A regular expression with PCRE's syntax, as in RabbitMQ's policies and permissions. The runtimes' own engines are
 * faster, but could take hours with a pattern such as `(a*)*b`.
 */
export class Pattern {
  readonly source: string;
  /** True when a match is possible only at the beginning of a text. */
  readonly isAnchored: boolean;
  /** Beginning of every match, as far as it is known. */
  readonly prefix: string;
  /** Instructions for the part behind the prefix. */
  readonly #program: readonly Instruction[];

  /** Throws {@linkcode PatternError}. */
  constructor(source: string) {
    if (new TextEncoder().encode(source).length > PATTERN_BYTES_MAX) {
      throw new PatternError(`must not exceed ${PATTERN_BYTES_MAX} bytes`, undefined);
    }
    const syntax = readSyntax(source);
    const parts = syntax.kind === "sequence" ? [...syntax.parts] : [syntax];
    this.source = source;
    this.isAnchored = parts[0]?.kind === "anchor" && parts[0].anchor === "start";
    if (this.isAnchored) parts.shift();
    // An optional part at either end, such as the common `.*`, does not change whether there is a match.
    while (parts.at(-1) !== undefined && isOptional(parts.at(-1)!)) parts.pop();
    while (!this.isAnchored && parts.length > 0 && isOptional(parts[0])) parts.shift();
    let literals = 0;
    while (parts[literals]?.kind === "literal") literals++;
    this.prefix = parts.splice(0, literals).map((part) => part.kind === "literal" ? String.fromCharCode(part.code) : "")
      .join("");
    this.#program = compile({ kind: "sequence", parts }, source);
  }

  /** Returns whether the text, or a part of it, matches. */
  matches(text: string): boolean {
    const { prefix } = this;
    if (this.isAnchored) return text.startsWith(prefix) && new Match(this.#program, text).from(prefix.length);
    const match = new Match(this.#program, text);
    const [first] = this.#program;
    for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
      // At most positions a match can't begin.
      const canBegin = first.kind !== "characters" || first.set.has(text.charCodeAt(at + prefix.length));
      if (canBegin && match.from(at + prefix.length)) return true;
      // An empty prefix is found at the end of the text again and again.
      if (at === text.length) return false;
    }
    return false;
  }
}

const isOptional = (part: Syntax): boolean => part.kind === "repeat" && part.min === 0;

function compile(syntax: Syntax, source: string): Instruction[] {
  const program: Instruction[] = [];
  let eitherCount = 0;
  const add = <I extends Instruction>(instruction: I): I => {
    if (program.length >= PROGRAM_MAX) throw new PatternError("regular expression is too large", source.length);
    program.push(instruction);
    return instruction;
  };
  const either = () =>
    add({ kind: "either", other: 0, index: eitherCount++ } as Extract<Instruction, { kind: "either" }>);
  const jump = (to: number) => add({ kind: "jump", to } as Extract<Instruction, { kind: "jump" }>);

  const write = (syntax: Syntax): void => {
    switch (syntax.kind) {
      case "literal":
      case "characters":
      case "anchor":
        add(syntax);
        break;
      case "sequence":
        for (const part of syntax.parts) write(part);
        break;
      case "choice":
        writeChoice(syntax.parts);
        break;
      case "repeat":
        writeRepeat(syntax.part, syntax.min, syntax.max);
        break;
      case "look": {
        const { isBehind, isNegative } = syntax;
        const look = add({ kind: "look", end: 0, isBehind, isNegative } as Extract<Instruction, { kind: "look" }>);
        write(syntax.part);
        add({ kind: "match" });
        look.end = program.length;
      }
    }
  };
  const writeChoice = (parts: readonly Syntax[]): void => {
    const jumps = parts.slice(1).map((_, index) => {
      const choice = either();
      write(parts[index]);
      const end = jump(0);
      choice.other = program.length;
      return end;
    });
    write(parts[parts.length - 1]);
    for (const end of jumps) end.to = program.length;
  };
  const writeRepeat = (part: Syntax, min: number, max: number): void => {
    for (let i = 0; i < min; i++) write(part);
    if (max === Infinity) {
      const start = program.length;
      const choice = either();
      write(part);
      jump(start);
      choice.other = program.length;
      return;
    }
    const choices = [];
    for (let i = min; i < max; i++) {
      choices.push(either());
      write(part);
    }
    for (const choice of choices) choice.other = program.length;
  };

  write(syntax);
  add({ kind: "match" });
  return program;
}

/** Marks of the positions where each choice has been tried, by its index. A second try would fail too. */
type Tried = Uint8Array[];

/** The match of one text. */
class Match {
  readonly #program: readonly Instruction[];
  readonly #text: string;
  readonly #tried: Tried = [];
  #steps = 0;

  constructor(program: readonly Instruction[], text: string) {
    this.#program = program;
    this.#text = text;
  }

  from(position: number): boolean {
    return this.#run(0, position, -1, this.#tried);
  }

  /**
   * Runs instructions from index `from` at position `start`. Returns whether they reach their `match`, which must be at
   * position `end` unless that is negative.
   */
  #run(from: number, start: number, end: number, tried: Tried): boolean {
    const program = this.#program;
    const text = this.#text;
    const others: number[] = [];
    let at = from;
    let position = start;
    for (;;) {
      if (++this.#steps > STEPS_MAX) return false;
      const instruction = program[at++];
      let goesOn = true;
      switch (instruction.kind) {
        case "literal":
          goesOn = text.charCodeAt(position++) === instruction.code;
          break;
        case "characters":
          goesOn = position < text.length && instruction.set.has(text.charCodeAt(position++));
          break;
        case "anchor":
          goesOn = isAt(instruction.anchor, text, position);
          break;
        case "jump":
          at = instruction.to;
          break;
        case "either": {
          const marks = tried[instruction.index] ??= new Uint8Array(text.length + 1);
          goesOn = marks[position] === 0;
          marks[position] = 1;
          if (goesOn) others.push(instruction.other, position);
          break;
        }
        case "look":
          goesOn = this.#look(at, position, instruction.isBehind) !== instruction.isNegative;
          at = instruction.end;
          break;
        case "match":
          goesOn = end < 0 || position === end;
          if (goesOn) return true;
      }
      if (goesOn) continue;
      if (others.length === 0) return false;
      position = others.pop()!;
      at = others.pop()!;
    }
  }

  #look(from: number, position: number, isBehind: boolean): boolean {
    const tried: Tried = [];
    if (!isBehind) return this.#run(from, position, -1, tried);
    for (let start = position; start >= 0; start--) if (this.#run(from, start, position, tried)) return true;
    return false;
  }
}

function isAt(anchor: Anchor, text: string, position: number): boolean {
  switch (anchor) {
    case "start":
      return position === 0;
    case "veryEnd":
      return position === text.length;
    case "end":
      return position === text.length || (position === text.length - 1 && text[position] === "\n");
    case "lineStart":
      return position === 0 || (text[position - 1] === "\n" && position < text.length);
    case "lineEnd":
      return position === text.length || text[position] === "\n";
    case "wordBoundary":
      return isWord(text, position - 1) !== isWord(text, position);
    case "notWordBoundary":
      return isWord(text, position - 1) === isWord(text, position);
  }
}

const isWord = (text: string, position: number): boolean => /\w/.test(text.charAt(position));
