/** An element of the distinguished encoding rules (ITU-T X.690), the format of certificates. */
export interface DerElement {
  /** Class, form and number in one byte; the numbers in certificates are below 31. */
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Tags of universal types. */
export const TAG = { integer: 0x02, objectIdentifier: 0x06, sequence: 0x30, set: 0x31 } as const;

/** Reads consecutive elements. Throws `RangeError` when they are malformed. */
export function readElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at];
    let length = bytes[at + 1];
    let start = at + 2;
    if (length === undefined || (tag & 0x1f) === 0x1f) throw malformed();
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      if (lengthBytes < 1 || lengthBytes > 3) throw malformed();
      length = 0;
      for (const end = start + lengthBytes; start < end; start++) length = length * 256 + (bytes[start] ?? NaN);
    }
    const end = start + length;
    if (!(end <= bytes.length)) throw malformed();
    elements.push({ tag, content: bytes.subarray(start, end) });
    at = end;
  }
  return elements;
}

/** Reads a single element. */
export function readElement(bytes: Uint8Array): DerElement {
  const [element, ...others] = readElements(bytes);
  if (element === undefined || others.length > 0) throw malformed();
  return element;
}

/** Reads the elements in a constructed element with this tag. */
export function readInside(element: DerElement | undefined, tag: number): DerElement[] {
  if (element?.tag !== tag) throw malformed();
  return readElements(element.content);
}

/** Reads an object identifier with dots, such as `2.5.4.3`. */
export function readObjectIdentifier({ tag, content }: DerElement): string {
  if (tag !== TAG.objectIdentifier || content.length === 0 || content[content.length - 1] >= 0x80) throw malformed();
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of content) {
    number = number << 7n | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0n;
  }
  const [first, ...rest] = numbers;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...rest].join(".");
}

/** Reads an integer as hexadecimal digits, without zeros in front. */
export function readSerialNumber(element: DerElement | undefined): string {
  if (element?.tag !== TAG.integer) throw malformed();
  const digits = Array.from(element.content, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^0+(?=.)/, "");
}

/** Returns whether two texts of bytes are the same. */
export const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8 = (bytes: Uint8Array) => strictUtf8.decode(bytes);
const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

function wide(bytes: Uint8Array, width: number): string {
  if (bytes.length % width !== 0) throw malformed();
  const characters = Array.from({ length: bytes.length / width }, (_, at) => {
    const character = bytes.subarray(at * width, (at + 1) * width);
    return character.reduce((number, byte) => number * 256 + byte, 0);
  });
  return String.fromCodePoint(...characters);
}

/** Readers of text, by tag. */
const TEXTS: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  0x0c: utf8,
  0x12: latin1, // numeric
  0x13: latin1, // printable
  0x14: latin1, // teletex
  0x16: latin1, // IA5
  0x1a: latin1, // visible
  0x1c: (bytes) => wide(bytes, 4), // universal
  0x1e: (bytes) => wide(bytes, 2), // BMP
};

/** Reads text of any type; returns `undefined` for another type. Throws when it is malformed. */
export const readText = ({ tag, content }: DerElement): string | undefined => TEXTS[tag]?.(content);

/**
 * Reads a moment in milliseconds since 1970. UTC times have two digits for years from 1950 to 2049 (RFC 5280 §4.1.2.5).
 */
export function readTime({ tag, content }: DerElement): number {
  const text = latin1(content);
  const [, year, rest] =
    (tag === 0x17 ? /^(\d\d)(\d{10})Z$/ : tag === 0x18 ? /^(\d{4})(\d{10})Z$/ : /(?!)/).exec(text) ?? [];
  if (year === undefined) throw malformed();
  const fullYear = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`;
  const [month, day, hour, minute, second] = rest.match(/\d\d/g)!;
  return Date.parse(`${fullYear}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const malformed = () => new RangeError("The certificate is malformed.");
