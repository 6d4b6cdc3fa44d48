const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Control and format characters and separators of lines. The two joiners only shape letters and emoji. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text as it may stand in a log. Clients choose names, and must not make lines of their own by them, move the cursor, or
 * have others shown in another order: control characters, separators of lines and marks of direction are escaped.
 */
export const onOneLine = (text: string): string =>
  text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character));

/** JSON with the same characters escaped, so that whoever parses it reads the text as it was. */
export const jsonOnOneLine = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNSEEN,
    (character) => Array.from({ length: character.length }, (_, at) => escapedUnit(character.charCodeAt(at))).join(""),
  );

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : escapedUnit(code);
}

const escapedUnit = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;
