import { type DerElement, readInside, readObjectIdentifier, readText, TAG } from "./der.ts";

/** Attribute types that RabbitMQ writes by name; it writes others by their numbers. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "SERIALNUMBER",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "TITLE",
  "2.5.4.42": "GIVENNAME",
  "2.5.4.43": "INITIALS",
  "2.5.4.44": "GENERATIONQUALIFIER",
  "2.5.4.65": "PSEUDONYM",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "EMAILADDRESS",
};

interface Attribute {
  readonly type: string;
  readonly value: string;
}

/** A distinguished name: attributes in groups, in a significant order. */
export class DistinguishedName {
  readonly #groups: readonly (readonly Attribute[])[];

  /** Throws `RangeError` when the name is malformed. */
  constructor(name: DerElement) {
    this.#groups = readInside(name, TAG.sequence).map((group) => readInside(group, TAG.set).map(readAttribute));
  }

  /** Writes the name as RabbitMQ does, after RFC 4514: the last part of the certificate comes first. */
  toString(): string {
    return this.#groups.map((group) => group.map(formatAttribute).join("+")).reverse().join(",");
  }

  /** Common names, separated by commas; `undefined` when there is none. */
  get commonName(): string | undefined {
    const names = this.#groups.flat().filter(({ type }) => ATTRIBUTE_NAMES[type] === "CN");
    return names.length === 0 ? undefined : names.map(({ value }) => value).join(",");
  }
}

function readAttribute(element: DerElement): Attribute {
  const [type, value] = readInside(element, TAG.sequence);
  if (type === undefined || value === undefined) throw new RangeError("A distinguished name is malformed.");
  return { type: readObjectIdentifier(type), value: readText(value) ?? hexOf(value) };
}

/** Writes a value that is not a text as bytes (RFC 4514 §2.4). */
const hexOf = ({ tag, content }: DerElement): string =>
  `#${Array.from([tag, content.length, ...content], (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

const formatAttribute = ({ type, value }: Attribute): string =>
  `${ATTRIBUTE_NAMES[type] ?? type}=${escapeValue(value)}`;

const utf8 = new TextEncoder();

/** Escapes a value as RabbitMQ does: all bytes of its UTF-8 that are not plain ASCII. */
function escapeValue(value: string): string {
  const bytes = utf8.encode(value);
  let escaped = "";
  for (const [at, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const isFirst = at === 0 && /[ #]/.test(character);
    const isLast = at === bytes.length - 1 && character === " ";
    if (isFirst || isLast || /["+,;<>\\]/.test(character)) escaped += `\\${character}`;
    else if (byte < 32 || byte >= 126) escaped += `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    else escaped += character;
  }
  return escaped;
}
