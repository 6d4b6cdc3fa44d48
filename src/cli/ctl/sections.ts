import { visible } from "../../runtime/visible.ts";
import { type Phrase, phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";

/** A section of a report: its title, and its lines. */
export type Section = readonly [title: Phrase, lines: readonly (Phrase | string)[]];

/** Returns text with sections; titles are bold on a terminal. */
export const writeSections = (sections: readonly Section[], isColoured: boolean, say: Say): string =>
  sections.map(([title, lines]) =>
    [
      `${bright(say(title), isColoured)}\n`,
      ...lines.map((line) => visible(typeof line === "string" ? line : say(line))),
    ].join("\n")
  ).join("\n\n");

export const bright = (text: string, isColoured: boolean): string => isColoured ? `\x1b[1m${text}\x1b[0m` : text;

/** Returns lines, or `(none)`. */
export const orNone = (lines: readonly (Phrase | string)[]): readonly (Phrase | string)[] =>
  lines.length === 0 ? [NONE] : lines;

export const NONE = phrase`(none)`;
