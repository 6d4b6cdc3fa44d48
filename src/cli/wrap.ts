import { displayWidth } from "./display_width.ts";

/**
 * Returns a text in lines of at most `width` columns, broken at spaces. A long word stays whole, and begins further left.
 *
 * @param first what stands before the text.
 * @param next what stands before its further lines. Default: spaces as wide as `first`.
 */
export function wrap(first: string, text: string, width: number, next = " ".repeat(displayWidth(first))): string {
  if (width === Infinity) return first + text;
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = next.slice(0, Math.max(0, width - displayWidth(word))) + word;
    } else line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** Wraps each line of a text, below the column where its own text begins: behind bars, a bullet, a name or spaces. */
export const wrapLines = (text: string, width: number): string =>
  text.split("\n").map((line) => {
    const begin = /^(.*\| +| +\* | +\S+(?: <\S+>)? {2,}| *)/.exec(line)![0];
    return wrap(begin, line.slice(begin.length), width, begin.replaceAll(/[^|]/g, " "));
  }).join("\n");

/** Length up to which an argument in brackets is not broken. */
const ARGUMENT_MAX = 40;

/** Returns a usage in lines of at most `width` columns, which are not broken inside of shorter brackets. */
export function wrapUsage(program: string, usage: string, width: number): string {
  const joined = (part: string) => part.length > ARGUMENT_MAX ? part : part.replaceAll(" ", "\u00a0");
  const whole = usage.replaceAll(/\[[^[\]]*\]/g, joined).replaceAll(/<[^<>]*>/g, joined);
  return wrap(`${program} `, whole, width, "    ").replaceAll("\u00a0", " ");
}
