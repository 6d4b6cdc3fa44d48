import { phrase } from "../../phrase/phrase.ts";
import { badArgument, UsageError } from "./command_error.ts";

export function checkPositiveInteger([value]: readonly string[]): void {
  if (!(Number.parseInt(value) >= 1)) throw badArgument(phrase`Argument must be a positive integer`);
}

/** Lengths of units. In bytes. */
const UNIT_BYTES: Readonly<Record<string, number>> = { bytes: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

export function checkUnit(unit: unknown): void {
  if (!Object.hasOwn(UNIT_BYTES, String(unit).toLowerCase())) {
    throw new UsageError(phrase`unit '${unit}' is not supported. Please use one of: bytes, mb, gb`);
  }
}

/** Returns a number of bytes in a unit, with four digits behind the point. */
export function inUnit(bytes: number, unit: string): string {
  const size = UNIT_BYTES[unit.toLowerCase()];
  if (size === 1) return String(bytes);
  const rounded = Math.round(bytes / size * 10_000) / 10_000;
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded);
}

/** Sizes of memory units, by RabbitMQ's names. In bytes. */
const MEMORY_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 2 ** 10,
  kiB: 2 ** 10,
  M: 2 ** 20,
  MiB: 2 ** 20,
  G: 2 ** 30,
  GiB: 2 ** 30,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** Returns the number of bytes of a size such as `1GB`, or `undefined` when it is none. */
export function bytesOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+)(\D*)$/.exec(text) ?? [];
  return number === undefined || !Object.hasOwn(MEMORY_UNITS, unit) ? undefined : Number(number) * MEMORY_UNITS[unit];
}

/** Returns seconds with a digit behind the point, as Erlang shows a quotient. */
export function seconds(value: unknown): string {
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}
