/** Characters that take two columns in a terminal: East Asian wide ones (UAX #11) and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Characters that take no column: marks above others, and those that only say how others are shown. */
const COMBINING = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
/** Exceptions: a soft hyphen is shown, and two letters make one flag. */
const NARROW = /[\u00ad\u{1f1e6}-\u{1f1ff}]/u;
const ASCII = /^[\x20-\x7e]*$/;

function columnsOf(character: string): number {
  if (NARROW.test(character)) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Returns the number of columns that a text without control characters takes in a terminal. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Breaks a text into parts of at most `width` columns, which is at least 2. An empty text is one part. */
export function breakAtWidth(text: string, width: number): string[] {
  if (text.length <= width && ASCII.test(text)) return [text];
  const parts: string[] = [];
  let part = "";
  let left = width;
  for (const character of text) {
    const columns = columnsOf(character);
    if (columns > left) {
      parts.push(part);
      part = "";
      left = width;
    }
    part += character;
    left -= columns;
  }
  return [...parts, part];
}

/** Returns a text in exactly `width` columns, which is at least 5: with spaces behind it, or cut with dots. */
export function fillWidth(text: string, width: number): string {
  const columns = displayWidth(text);
  if (columns <= width) return text + " ".repeat(width - columns);
  const begin = breakAtWidth(text, width - 3)[0];
  return `${begin}...${" ".repeat(width - 3 - displayWidth(begin))}`;
}

/** Returns a text cut to at most `width` columns. */
export const cutAtWidth = (text: string, width: number): string => breakAtWidth(text, Math.max(2, width))[0];

/** Letters of Hebrew, Arabic and other scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Returns a text with a mark behind letters from right to left, by which a terminal leaves numbers behind it in place. */
export const endRightToLeft = (text: string): string => RIGHT_TO_LEFT.test(text) ? `${text}\u200e` : text;
