/**
 * A value that a command shows. Strings are Erlang's binaries, arrays are lists; what JSON has no kind for has a class.
 * RabbitMQ's formatters show the same value in different ways by its kind.
 */
export type Term =
  | string
  | number
  | boolean
  | null
  | Atom
  | Pid
  | Tuple
  | AmqpTable
  | Properties
  | Dictionary
  | TermList;
export type TermList = readonly Term[];

/** Row of a listing, or another list of pairs whose keys are atoms. */
export class Properties {
  readonly entries: readonly (readonly [key: string, value: Term])[];

  constructor(entries: readonly (readonly [string, Term])[]) {
    this.entries = entries;
  }
}

/** A map, whose keys are sorted. */
export class Dictionary {
  readonly entries: readonly (readonly [key: string, value: Term])[];
  readonly hasAtomKeys: boolean;

  /** @param keys kind of the keys. Default: strings. */
  constructor(entries: Readonly<Record<string, Term>>, keys: "strings" | "atoms" = "strings") {
    this.hasAtomKeys = keys === "atoms";
    this.entries = Object.entries(entries).sort(([one], [other]) => one < other ? -1 : 1);
  }
}

/** A name such as `running`. */
export class Atom {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Identifier of a process, such as `<rabbit@host.1.2.3>`. */
export class Pid {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class Tuple {
  readonly items: readonly Term[];

  constructor(...items: readonly Term[]) {
    this.items = items;
  }
}

/** Arguments of a queue, an exchange, a binding or a consumer, as the management API has them. */
export class AmqpTable {
  readonly entries: readonly (readonly [key: string, value: JsonValue])[];

  constructor(table: Readonly<Record<string, JsonValue>>) {
    this.entries = Object.entries(table);
  }
}

/** A value in an answer of the management API. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

export const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the name of the AMQP type that a client would choose for a value. The management API has only JSON's types. */
export function amqpTypeOf(value: JsonValue): string {
  if (typeof value === "string") return "longstr";
  if (typeof value === "boolean") return "bool";
  if (value === null) return "void";
  if (typeof value !== "number") return isObject(value) ? "table" : "array";
  if (!Number.isInteger(value)) return "double";
  return value === (value | 0) ? "signedint" : "long";
}

export const atom = (name: string): Atom => new Atom(name);
export const row = (entries: Readonly<Record<string, Term>>): Properties => new Properties(Object.entries(entries));

/** Returns a JSON value as a term; objects become maps. */
export function termOf(value: JsonValue): Term {
  if (typeof value !== "object" || value === null) return value;
  if (!isObject(value)) return value.map(termOf);
  return new Dictionary(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, termOf(item)])));
}
