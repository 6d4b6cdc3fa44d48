import { type FieldTable, fieldTypeName, type FieldValue } from "../../wire/field_table.ts";
import { GOLDEN, hashBinary, hashNil, hashPair } from "./erlang_hash.ts";

/** Erlang's multiples of the golden ratio, by kinds of terms. */
const SMALL = GOLDEN;
const ATOM = Math.imul(GOLDEN, 3);
const TUPLE = Math.imul(GOLDEN, 9);
const NEGATIVE = Math.imul(GOLDEN, 10);
const POSITIVE = Math.imul(GOLDEN, 11);
const FLOAT = Math.imul(GOLDEN, 12);

/** Integers of 28 bits are hashed in a way of their own. */
const SMALL_MIN = -(2n ** 27n);
const SMALL_MAX = 2n ** 27n - 1n;

const utf8 = new TextEncoder();

/**
 * Erlang's `phash2(Table, 1 bsl 32)` of arguments as RabbitMQ holds them: a list of name, type and value, sorted by name.
 * At least 0 and less than 2 ** 32.
 */
export function tableHash(table: FieldTable): number {
  const sorted = new Map([...table].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
  return hashTable(sorted, 0) >>> 0;
}

function hashTable(table: FieldTable, seed: number): number {
  let hash = seed;
  for (const [name, field] of table) {
    hash = hashBinary(utf8.encode(name), hashTuple(3, hash));
    hash = hashField(field, hash);
  }
  return hashNil(hash);
}

/** Hashes a type and a value. */
function hashField(field: FieldValue, seed: number): number {
  const hash = hashAtom(fieldTypeName(field), seed);
  switch (field.type) {
    case "S":
    case "x":
      return hashBinary(typeof field.value === "string" ? utf8.encode(field.value) : field.value, hash);
    case "F":
      return hashTable(field.value, hash);
    case "A":
      return hashNil(field.value.reduce((items, item) => hashField(item, hashTuple(2, items)), hash));
    case "t":
      return hashAtom(String(field.value), hash);
    case "V":
      return hashAtom("undefined", hash);
    case "f":
    case "d":
      return hashFloat(field.value, hash);
    case "D":
      return hashInteger(BigInt(field.value.value), hashInteger(BigInt(field.value.scale), hashTuple(2, hash)));
    default:
      return hashInteger(BigInt(field.value), hash);
  }
}

const hashTuple = (arity: number, hash: number): number => hashPair(arity, 0, TUPLE, hash);

/** Hashes an atom by the hash that Erlang's table of atoms has of its name. */
function hashAtom(name: string, hash: number): number {
  let value = 0;
  for (const byte of utf8.encode(name)) {
    value = (value << 4) + byte;
    const high = value & 0xf0000000;
    value ^= high >>> 24;
    value ^= high;
  }
  return hashPair(value, 0, ATOM, hash);
}

function hashInteger(value: bigint, hash: number): number {
  const absolute = value < 0n ? -value : value;
  if (value < SMALL_MIN || value > SMALL_MAX) {
    const kind = value < 0n ? NEGATIVE : POSITIVE;
    return hashPair(Number(absolute & 0xffffffffn) | 0, Number(absolute >> 32n) | 0, kind, hash);
  }
  const mixed = value < 0n ? hashPair(Number(absolute), 0, SMALL, hash) : hash;
  return hashPair(Number(value), 0, SMALL, mixed);
}

function hashFloat(value: number, hash: number): number {
  const view = new DataView(new ArrayBuffer(8));
  // Both zeros are one value.
  view.setFloat64(0, value === 0 ? 0 : value);
  return hashPair(view.getInt32(0), view.getInt32(4), FLOAT, hash);
}
