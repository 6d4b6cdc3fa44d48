const ESCAPED = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/** Returns a label's value, or text of OpenMetrics, with its special characters escaped. */
export const escaped = (text: string): string => text.replace(ESCAPED, (character) => ESCAPES[character]);

/** Returns labels as they stand between the braces of a sample. */
export const labels = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs).map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
