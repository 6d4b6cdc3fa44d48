const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Pattern of control and format characters and line separators. The two joiners only shape letters and emoji. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes control characters, line separators and direction marks. Clients choose names, which must not make lines of
 * their own in the log, move the cursor or reorder others.
 */
export const onOneLine = (text: string): string =>
  text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character));

/** Makes JSON with the same characters escaped, so that a parser reads the original text. */
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
