/** A section of a report: its title, and its lines. */
export type Section = readonly [title: string, lines: readonly string[]];

/** Returns text with sections; titles are bold on a terminal. */
export const writeSections = (sections: readonly Section[], isColoured: boolean): string =>
  sections.map(([title, lines]) => [`${bright(title, isColoured)}\n`, ...lines].join("\n")).join("\n\n");

export const bright = (text: string, isColoured: boolean): string => isColoured ? `\x1b[1m${text}\x1b[0m` : text;

/** Returns lines, or `(none)`. */
export const orNone = (lines: readonly string[]): readonly string[] => lines.length === 0 ? ["(none)"] : lines;
