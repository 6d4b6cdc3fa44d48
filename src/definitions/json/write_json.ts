/** Number of items that are sorted in one step. */
const SORTED_TOGETHER = 128;

/** Writes an object whose values are JSON already. Members with an undefined value are left out. */
export function objectJson(members: readonly (readonly [key: string, json: string | undefined])[]): string {
  let json = "";
  for (const [key, value] of members) {
    if (value !== undefined) json += `${json === "" ? "{" : ","}"${key}":${value}`;
  }
  return json === "" ? "{}" : `${json}}`;
}

export const textJson = (text: string): string => JSON.stringify(text);

/** Sorts texts by their code units, with a step after each part of the work. */
export function* sortInSteps(texts: Iterable<string>): Generator<undefined, string[]> {
  let parts: string[][] = [];
  let part: string[] = [];
  for (const text of texts) {
    part.push(text);
    if (part.length < SORTED_TOGETHER) continue;
    parts.push(part.sort(byCodeUnits));
    part = [];
    yield undefined;
  }
  parts.push(part.sort(byCodeUnits));
  while (parts.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < parts.length; at += 2) {
      merged.push(at + 1 < parts.length ? yield* merge(parts[at], parts[at + 1]) : parts[at]);
    }
    parts = merged;
  }
  return parts[0];
}

function* merge(a: readonly string[], b: readonly string[]): Generator<undefined, string[]> {
  const merged: string[] = [];
  let [ofA, ofB] = [0, 0];
  while (ofA < a.length || ofB < b.length) {
    const isOfA = ofB === b.length || ofA < a.length && a[ofA] <= b[ofB];
    merged.push(isOfA ? a[ofA++] : b[ofB++]);
    if (merged.length % SORTED_TOGETHER === 0) yield undefined;
  }
  return merged;
}

export const byCodeUnits = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
