import { phrase, PhraseRangeError } from "../phrase/phrase.ts";

/** A part of the machine's memory, or a number of bytes (RabbitMQ: `vm_memory_high_watermark.relative` and `.absolute`). */
export type MemoryLimit = { readonly part: number } | { readonly bytes: number };

export const memoryLimitBytes = (limit: MemoryLimit, totalBytes: number): number =>
  "bytes" in limit ? limit.bytes : limit.part * totalBytes;

/**
 * Units of RabbitMQ's configuration: k, M, G, T and P with i or iB are powers of 1024, with B powers of 1000, and alone
 * powers of 1024.
 */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  ki: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
  p: 1024 ** 5,
  pi: 1024 ** 5,
  pib: 1024 ** 5,
  pb: 1000 ** 5,
};

/** Reads a size such as `50MB` or `2GiB`. Throws `RangeError`. */
export function parseSize(text: string): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit?.toLowerCase()];
  if (digits === undefined || factor === undefined) {
    throw new PhraseRangeError(
      phrase`A size is a number of bytes, or one with a unit, such as 50MB or 2GiB: received "${text}".`,
    );
  }
  return Math.floor(Number(digits) * factor);
}

/** Reads a part such as `0.4`, or a size. Throws `RangeError`. */
export function parseMemoryLimit(text: string): MemoryLimit {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number <= 1) return { part: number };
  if (/^\s*0*(\.0*)?\s*$/.test(text)) {
    throw new PhraseRangeError(phrase`With no memory nothing could be published.`);
  }
  return { bytes: parseSize(text) };
}
