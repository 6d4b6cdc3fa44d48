/** Longest line for a value that is written on one line. In characters. */
const LINE = 160;

/** Writes JSON that people can read and compare: small values on one line, others field by field. */
export function writeJson(value: unknown): string {
  return write(value, "", 0) + "\n";
}

function write(value: unknown, indent: string, used: number): string {
  const line = JSON.stringify(value);
  if (indent.length + used + line.length <= LINE && indent !== "") return line;
  if (typeof value !== "object" || value === null) return line;
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + write(item, inner, 0)).join(",\n")}\n${indent}]`;
  }
  const fields = Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) => {
    const key = `${JSON.stringify(name)}: `;
    return inner + key + write(item, inner, key.length);
  });
  return `{\n${fields.join(",\n")}\n${indent}}`;
}
