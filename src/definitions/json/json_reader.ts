import { FIELD_TABLE_MAX_DEPTH } from "../../wire/field_table.ts";
import { DefinitionProblem, keyStep, shown } from "../problem.ts";
import { JsonFloat, type JsonObject, type JsonValue } from "./json_value.ts";

/** Maximum depth of nested lists and objects: tables within sections, objects and arguments. */
const DEPTH_MAX = FIELD_TABLE_MAX_DEPTH + 4;
/** Maximum length of an object of a section, such as a queue, as in a record of the store. In UTF-16 code units. */
const OBJECT_LENGTH_MAX = 256 * 1024;
/** Maximum length of a whole text. In UTF-16 code units. */
const TEXT_LENGTH_MAX = 128 * 1024 * 1024;
/** Maximum number of sections and other members of the whole. */
const MEMBERS_MAX = 1000;
/** Maximum number of blanks in a row. */
const BLANKS_MAX = 64 * 1024;
/** Maximum length of an integer of 64 bits, with its sign. In digits. */
const INTEGER_LENGTH_MAX = 20;
/** Maximum number of shared texts, and their maximum length. */
const SHARED_MAX = 4096;
const SHARED_LENGTH_MAX = 24;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const [QUOTE, BACKSLASH, COMMA, COLON] = [...'"\\,:'].map((character) => character.charCodeAt(0));
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [..."{}[]"].map((character) => character.charCodeAt(0));

/**
 * Reads a JSON object whose lists may be long: yields after each item of the lists directly in it. Throws {@linkcode
 * DefinitionProblem} for invalid JSON, a duplicate key, too deep a value and numbers with too many bits. An empty text
 * is an empty object, as in RabbitMQ.
 * @param itemLengthMax maximum length of a member, or of an item of a list that is one. In UTF-16 code units.
 *
 * `JSON.parse` would take one turn for all of it, and loses large integers.
 */
export function* readJson(text: string, itemLengthMax = OBJECT_LENGTH_MAX): Generator<void, JsonObject> {
  if (text.length > TEXT_LENGTH_MAX) {
    throw new DefinitionProblem(
      "",
      `definitions have no more than ${TEXT_LENGTH_MAX} characters, these have ${text.length}`,
    );
  }
  const reader = new JsonReader(text, itemLengthMax);
  const whole: JsonObject = {};
  if (reader.isAtEnd()) return whole;
  if (!reader.takes(OPEN_OBJECT)) throw reader.unexpected("an object");
  if (!reader.takes(CLOSE_OBJECT)) {
    let count = 0;
    do {
      if (++count > MEMBERS_MAX) throw new DefinitionProblem("", `definitions have no more than ${MEMBERS_MAX} keys`);
      const key = reader.key(whole);
      try {
        if (!reader.takes(OPEN_LIST)) setMember(whole, key, reader.piece(1));
        else {
          const items: JsonValue[] = [];
          setMember(whole, key, items);
          yield* itemsOf(reader, items);
        }
      } catch (error) {
        throw located(error, keyStep(key));
      }
      yield;
    } while (reader.takes(COMMA));
    if (!reader.takes(CLOSE_OBJECT)) throw reader.unexpected('"," or "}"');
  }
  if (!reader.isAtEnd()) throw reader.unexpected("nothing more");
  return whole;
}

function* itemsOf(reader: JsonReader, items: JsonValue[]): Generator<void> {
  if (reader.takes(CLOSE_LIST)) return;
  do {
    try {
      items.push(reader.piece(2));
    } catch (error) {
      throw located(error, `[${items.length}]`);
    }
    yield;
  } while (reader.takes(COMMA));
  if (!reader.takes(CLOSE_LIST)) throw reader.unexpected('"," or "]"');
}

function setMember(object: JsonObject, key: string, value: JsonValue): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

const located = (error: unknown, step: string): unknown =>
  error instanceof DefinitionProblem ? error.within(step) : error;

class JsonReader {
  readonly #text: string;
  readonly #pieceLengthMax: number;
  #at: number;
  /** Place at which the current piece must have ended. */
  #limit = 0;
  /** Values of texts as they are written: names of keys and virtual hosts occur over and over. */
  readonly #shared = new Map<string, string>();

  constructor(text: string, pieceLengthMax: number) {
    this.#text = text;
    this.#pieceLengthMax = pieceLengthMax;
    this.#at = text.startsWith("\ufeff") ? 1 : 0;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at >= this.#text.length;
  }

  /** Skips a character, if it is the next one. Returns whether it was. */
  takes(code: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  /** Reads a value that must not be long. */
  piece(depth: number): JsonValue {
    this.#limit = this.#at + this.#pieceLengthMax;
    return this.#value(depth);
  }

  /** Reads a new key of an object, and the colon behind it. */
  key(object: JsonObject): string {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.unexpected("a key in quotes");
    const key = this.#string();
    if (Object.hasOwn(object, key)) {
      throw new DefinitionProblem(keyStep(key), `this key stands twice (${this.#place()})`);
    }
    if (!this.takes(COLON)) throw this.unexpected('":"');
    return key;
  }

  unexpected(expected: string): DefinitionProblem {
    this.#skipSpace();
    const found = this.#at < this.#text.length ? shown(this.#text.slice(this.#at, this.#at + 10)) : "the end";
    return new DefinitionProblem("", `${this.#place()}: this is no JSON: ${expected} is expected before ${found}`);
  }

  #place(): string {
    const before = this.#text.slice(0, this.#at);
    const lineStart = before.lastIndexOf("\n") + 1;
    return `line ${before.split("\n").length}, column ${this.#at - lineStart + 1}`;
  }

  #skipSpace(): void {
    const end = this.#at + BLANKS_MAX;
    for (; this.#at < end; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
    throw new DefinitionProblem("", `${this.#place()}: there are more than ${BLANKS_MAX} blanks in a row`);
  }

  #value(depth: number): JsonValue {
    if (depth > DEPTH_MAX) {
      throw new DefinitionProblem("", `lists and objects are nested more than ${DEPTH_MAX} deep (${this.#place()})`);
    }
    this.#skipSpace();
    if (this.#at > this.#limit) throw this.#tooLong();
    switch (this.#text.charCodeAt(this.#at)) {
      case QUOTE:
        return this.#string();
      case OPEN_OBJECT:
        return this.#object(depth);
      case OPEN_LIST:
        return this.#list(depth);
    }
    if (this.#takesWord("true")) return true;
    if (this.#takesWord("false")) return false;
    if (this.#takesWord("null")) return null;
    return this.#number();
  }

  #takesWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    if (this.takes(CLOSE_OBJECT)) return object;
    do {
      const key = this.key(object);
      let value: JsonValue;
      try {
        value = this.#value(depth + 1);
      } catch (error) {
        throw located(error, keyStep(key));
      }
      setMember(object, key, value);
    } while (this.takes(COMMA));
    if (!this.takes(CLOSE_OBJECT)) throw this.unexpected('"," or "}"');
    return object;
  }

  #list(depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    this.#at++;
    if (this.takes(CLOSE_LIST)) return list;
    do {
      try {
        list.push(this.#value(depth + 1));
      } catch (error) {
        throw located(error, `[${list.length}]`);
      }
    } while (this.takes(COMMA));
    if (!this.takes(CLOSE_LIST)) throw this.unexpected('"," or "]"');
    return list;
  }

  #string(): string {
    const start = this.#at;
    const end = this.#endOfString();
    if (end > this.#limit && this.#limit > 0) throw this.#tooLong();
    const written = this.#text.slice(start, end);
    this.#at = end;
    // Parsed instead of cut out: a part of the text would keep all of it in memory for the life of a queue with this
    // name.
    if (written.length > SHARED_LENGTH_MAX) return this.#parsed(written, start);
    const shared = this.#shared.get(written);
    if (shared !== undefined) return shared;
    const value = this.#parsed(written, start);
    if (this.#shared.size < SHARED_MAX) this.#shared.set(written, value);
    return value;
  }

  /** Returns the place behind the closing quote. */
  #endOfString(): number {
    const text = this.#text;
    for (let quote = this.#at;;) {
      quote = text.indexOf('"', quote + 1);
      if (quote < 0) throw new DefinitionProblem("", `${this.#place()}: this is no JSON: a text does not end`);
      let first = quote;
      while (text.charCodeAt(first - 1) === BACKSLASH) first--;
      if ((quote - first) % 2 === 0) return quote + 1;
    }
  }

  #parsed(written: string, start: number): string {
    let value: string;
    try {
      value = JSON.parse(written);
    } catch {
      this.#at = start;
      throw new DefinitionProblem(
        "",
        `${this.#place()}: this is no JSON: a text has an escape that there is not, or a control character`,
      );
    }
    if (value.isWellFormed()) return value;
    this.#at = start;
    throw new DefinitionProblem("", `${this.#place()}: a text has half a character, which is no Unicode`);
  }

  #number(): JsonValue {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.unexpected("a value");
    const [written, fraction, exponent] = match;
    this.#at += written.length;
    if (this.#at > this.#limit) throw this.#tooLong();
    const value = Number(written);
    if (fraction === undefined && exponent === undefined) {
      return Number.isSafeInteger(value) ? value + 0 : largeInteger(written);
    }
    if (!Number.isFinite(value)) throw new DefinitionProblem("", `a float takes 64 bits: received ${shown(written)}`);
    return Number.isInteger(value) ? new JsonFloat(value) : value;
  }

  #tooLong(): DefinitionProblem {
    return new DefinitionProblem("", `an object has no more than ${this.#pieceLengthMax} characters`);
  }
}

function largeInteger(written: string): bigint {
  const value = written.length <= INTEGER_LENGTH_MAX ? BigInt(written) : undefined;
  if (value !== undefined && BigInt.asIntN(64, value) === value) return value;
  throw new DefinitionProblem("", `an integer takes 64 bits at most: received ${shown(written)}`);
}
