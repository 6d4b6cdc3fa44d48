import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";
import type { Json } from "../wire/json.ts";
import { isObject, JsonFloat, type JsonObject, type JsonValue, kindOf } from "./json/json_value.ts";
import { argumentsOf } from "./json/table_json.ts";
import type { Notices } from "./notices.ts";
import { DefinitionProblem, keyStep, within } from "./problem.ts";

/** Maximum length of the name of a virtual host, an exchange or a queue, and of a routing key. In bytes. */
const NAME_BYTES_MAX = 255;

const encoder = new TextEncoder();

/** Reads the keys of an object of a section. Throws {@linkcode DefinitionProblem} with the path of the error. */
export class ObjectReader {
  /** For example `queues[3]`. */
  readonly path: string;
  readonly #object: JsonObject;
  readonly #notices: Notices;
  /** Steps from the section's object to this one. */
  readonly #steps: string;

  constructor(object: JsonObject, path: string, notices: Notices, steps = "") {
    this.#object = object;
    this.path = path;
    this.#notices = notices;
    this.#steps = steps;
  }

  get keys(): string[] {
    return Object.keys(this.#object);
  }

  /** Notes something that is left out, or done otherwise than the file says. */
  notice(key: string | undefined, sentence: string): void {
    this.#notices.add(key === undefined ? this.path : `${this.path}${keyStep(key)}`, sentence);
  }

  /** Makes a problem. @param keys path of keys to the place; none for the object itself. */
  problem(keys: string | readonly string[], reason: string): DefinitionProblem {
    const steps = (typeof keys === "string" ? [keys] : keys).map(keyStep).join("");
    return new DefinitionProblem(this.#steps + steps, reason);
  }

  /**
   * Returns the value of a key; `undefined` when there is none. A null counts as none, as Erlang's `undefined` is
   * written so.
   */
  value(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#object, key) ? this.#object[key] ?? undefined : undefined;
  }

  optionalText(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === "string") return value;
    throw this.problem(key, `a text is expected here: received ${kindOf(value)}`);
  }

  text(key: string): string {
    const text = this.optionalText(key);
    if (text === undefined) throw this.problem(key, "this key is missing");
    return text;
  }

  /** Returns a text with the length of an AMQP short string at most. */
  shortText(key: string): string {
    const text = this.text(key);
    if (text.length * 3 > NAME_BYTES_MAX && encoder.encode(text).length > NAME_BYTES_MAX) {
      throw this.problem(key, `this has no more than ${NAME_BYTES_MAX} bytes`);
    }
    return text;
  }

  /** Returns a text that is not empty. */
  entityName(key: string): string {
    const name = this.shortText(key);
    if (name === "") throw this.problem(key, "a name is not empty");
    return name;
  }

  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value === "boolean") return value;
    throw this.problem(key, `true or false is expected here: received ${kindOf(value)}`);
  }

  /** Returns the words of a list, or of a text with commas between them, as older versions write them. */
  words(key: string): string[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === "string") return value.split(",").map((word) => word.trim()).filter((word) => word !== "");
    if (Array.isArray(value)) return value.map((word) => this.#word(key, word));
    throw this.problem(key, `a list, or a text with commas, is expected here: received ${kindOf(value)}`);
  }

  #word(key: string, word: JsonValue): string {
    if (typeof word === "string") return word.trim();
    throw this.problem(key, `a list of texts is expected here: received ${kindOf(word)} in it`);
  }

  /** Returns arguments; an empty list counts as none, as PHP writes them. */
  table(key: string): FieldTable {
    const value = this.value(key);
    if (value === undefined || Array.isArray(value) && value.length === 0) return EMPTY_TABLE;
    if (!isObject(value)) throw this.problem(key, `an object is expected here: received ${kindOf(value)}`);
    return within(keyStep(key), () => argumentsOf(value));
  }

  object(key: string): ObjectReader | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.problem(key, `an object is expected here: received ${kindOf(value)}`);
    return new ObjectReader(value, `${this.path}${keyStep(key)}`, this.#notices, this.#steps + keyStep(key));
  }

  /** Returns a value as parameters have it. */
  json(key: string): Json | undefined {
    return this.value(key) === undefined ? undefined : this.nullableJson(key);
  }

  /** Returns a value as {@linkcode json} does, where a null is a value too. */
  nullableJson(key: string): Json | undefined {
    if (!Object.hasOwn(this.#object, key)) return undefined;
    return within(keyStep(key), () => plainJson(this.#object[key]));
  }
}

function plainJson(value: JsonValue): Json {
  if (typeof value === "bigint") {
    throw new DefinitionProblem("", `an integer takes 53 bits at most here: received ${value}`);
  }
  if (value instanceof JsonFloat) return value.value;
  if (Array.isArray(value)) return value.map((item, at) => within(`[${at}]`, () => plainJson(item)));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, item]) => [key, within(keyStep(key), () => plainJson(item))]);
  return Object.fromEntries(members);
}
