/**
 * Returns whether a text matches a pattern in which `*` is any text, and the rest is encoded as in a query: `%2F` is
 * `/`. As in RabbitMQ, each part behind a `*` matches at its first occurrence: `*a` matches `ba` but not `aba`.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map(decode);
  const [first, ...others] = parts;
  if (first === undefined || !text.startsWith(first)) return false;
  let position = first.length;
  for (const [index, part] of others.entries()) {
    const isLast = index === others.length - 1;
    if (isLast && part === "") return true;
    if (part === undefined || position === text.length) return false;
    if (part === "") continue;
    const at = text.indexOf(part, position);
    if (at === -1) return false;
    position = at + part.length;
  }
  return position === text.length;
}

/** Decodes a part; returns `undefined` for an invalid encoding. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
