/** Number of bytes that are shown as hexadecimal digits. */
const HEX_BYTES_MAX = 16 * 1024;
const HEX_BYTES_PER_LINE = 16;

/** Largest text that is written anew with the indentation of JSON. In UTF-16 code units. */
const JSON_LENGTH_MAX = 1024 * 1024;

/** Returns the bytes that base64 stands for. */
export const base64Bytes = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Returns bytes as text; `undefined` when they are no UTF-8. */
export function bodyText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns an object or a list of JSON with indentation; `undefined` for any other text. */
export function prettyJson(text: string): string | undefined {
  if (text.length > JSON_LENGTH_MAX || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** Returns bytes as lines of offset, hexadecimal digits, and printable ASCII characters. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, HEX_BYTES_MAX);
  for (let at = 0; at < end; at += HEX_BYTES_PER_LINE) {
    const part = Array.from(bytes.subarray(at, Math.min(at + HEX_BYTES_PER_LINE, end)));
    const digits = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const characters = part.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".").join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${digits.padEnd(3 * HEX_BYTES_PER_LINE - 1)}  ${characters}`);
  }
  if (end < bytes.length) lines.push("…");
  return lines.join("\n");
}
