import { Atom, type Term, Tuple } from "../term.ts";
import { textOfBytes } from "./erlang_literal.ts";

/** Tags of Erlang's external term format. */
const TAG = {
  version: 131,
  smallInteger: 97,
  integer: 98,
  atomLatin1: 100,
  smallTuple: 104,
  nil: 106,
  string: 107,
  list: 108,
  binary: 109,
  smallAtomLatin1: 115,
  atom: 118,
  smallAtom: 119,
} as const;

const STRING_MAX = 65_535;
const DEPTH_MAX = 50;

/** Encodes a term as Erlang's `term_to_binary`. Throws `RangeError` for terms that no literal has. */
export function encodeTerm(term: Term): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [TAG.version];
  write(term, bytes);
  return Uint8Array.from(bytes);
}

const long = (value: number): number[] => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];

function write(term: Term, into: number[]): void {
  if (typeof term === "string") {
    const bytes = new TextEncoder().encode(term);
    into.push(TAG.binary, ...long(bytes.length), ...bytes);
  } else if (typeof term === "number") {
    if (term !== (term | 0)) throw new RangeError(`An integer has at most 32 bits: received ${term}`);
    if (term >= 0 && term <= 255) into.push(TAG.smallInteger, term);
    else into.push(TAG.integer, ...long(term));
  } else if (term instanceof Atom) {
    const name = new TextEncoder().encode(term.name);
    if (name.length > 255) throw new RangeError("An atom has at most 255 bytes");
    into.push(TAG.smallAtom, name.length, ...name);
  } else if (term instanceof Tuple) {
    into.push(TAG.smallTuple, term.items.length);
    for (const item of term.items) write(item, into);
  } else if (Array.isArray(term)) {
    writeList(term, into);
  } else {
    throw new RangeError("There is no such term");
  }
}

function writeList(items: readonly Term[], into: number[]): void {
  const isString = items.length <= STRING_MAX &&
    items.every((item) => typeof item === "number" && item >= 0 && item <= 255);
  if (items.length === 0) {
    into.push(TAG.nil);
  } else if (isString) {
    into.push(TAG.string, items.length >> 8, items.length & 255, ...items as number[]);
  } else {
    into.push(TAG.list, ...long(items.length));
    for (const item of items) write(item, into);
    into.push(TAG.nil);
  }
}

/** Decodes a term. Throws `RangeError` for anything else, and for terms that no literal has. */
export function decodeTerm(bytes: Uint8Array): Term {
  const reader = new TermReader(bytes);
  if (reader.byte() !== TAG.version) throw new RangeError("This is no term");
  const term = reader.term(0);
  if (!reader.isAtEnd) throw new RangeError("More follows the term");
  return term;
}

class TermReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    if (this.isAtEnd) throw new RangeError("The term ends too early");
    return this.#bytes[this.#at++];
  }

  term(depth: number): Term {
    if (depth > DEPTH_MAX) throw new RangeError("The term is too deep");
    const tag = this.byte();
    switch (tag) {
      case TAG.smallInteger:
        return this.byte();
      case TAG.integer:
        return this.#long() | 0;
      case TAG.binary:
        return textOfBytes(this.#take(this.#long()));
      case TAG.string:
        return Array.from(this.#take(this.#short()));
      case TAG.nil:
        return [];
      case TAG.list: {
        const items = this.#terms(this.#long(), depth);
        if (this.byte() !== TAG.nil) throw new RangeError("The list does not end");
        return items;
      }
      case TAG.smallTuple:
        return new Tuple(...this.#terms(this.byte(), depth));
      case TAG.smallAtom:
      case TAG.smallAtomLatin1:
        return new Atom(textOfBytes(this.#take(this.byte())));
      case TAG.atom:
      case TAG.atomLatin1:
        return new Atom(textOfBytes(this.#take(this.#short())));
      default:
        throw new RangeError(`There is no literal of the tag ${tag}`);
    }
  }

  #terms(count: number, depth: number): Term[] {
    if (count > this.#bytes.length) throw new RangeError("The term ends too early");
    return Array.from({ length: count }, () => this.term(depth + 1));
  }

  #short(): number {
    return this.byte() << 8 | this.byte();
  }

  #long(): number {
    return (this.#short() << 16 | this.#short()) >>> 0;
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError("The term ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
