/** Characters that a terminal obeys, and those that turn the order of text around or break it into lines. */
const HARMFUL = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";
const IN_TEXT = new RegExp(`[${HARMFUL}]`, "g");
const IN_LINE = new RegExp(`[\\t\\n${HARMFUL}]`, "g");

function written(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** Returns a text whose control characters, other than tabs and line feeds, are written as `\x1b`. */
export const visible = (text: string): string => text.replaceAll(IN_TEXT, written);

/** Returns a text whose control characters are all written as `\x1b`. */
export const visibleInLine = (text: string): string => text.replaceAll(IN_LINE, written);

/** Returns JSON whose control characters are all escaped, as JSON itself asks for those below U+0020 only. */
export const visibleJson = (json: string): string =>
  json.replaceAll(IN_TEXT, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
