/** A value of JSON that a list is sorted by. */
export type SortValue = unknown;

/** Order of the types of values: RabbitMQ sorts them as Erlang does. */
function rankOf(value: SortValue): number {
  switch (typeof value) {
    case "number":
      return 0;
    case "object":
      return value === null ? 1 : 2;
    case "string":
      return 3;
    default:
      return 1;
  }
}

/** Compares two values: numbers are before `true`, `false` and `null`, these before objects, and those before texts. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  if (typeof a === "number") return a - (b as number);
  if (typeof a === "object" && a !== null) return 0;
  const [first, second] = [String(a), String(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Compares two texts by code points, which is the order of their UTF-8 bytes, as Erlang compares them. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const first = a.charCodeAt(i);
    const second = b.charCodeAt(i);
    if (first !== second) return codePointOrder(first) - codePointOrder(second);
  }
  return a.length - b.length;
}

/** Returns a number by which surrogates, whose code points are the largest, are behind all other code units. */
const codePointOrder = (unit: number): number => unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

/** An item of a list with the values that it is sorted by. */
export interface Sortable {
  readonly values: readonly SortValue[];
}

function compare({ values: a }: Sortable, { values: b }: Sortable): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Number of items that one step sorts, or merges. */
const STEP_ITEMS = 256;

/** Sorts items, stably, in short steps. */
export function* sortInSteps<Item extends Sortable>(items: Item[]): Generator<void, Item[]> {
  for (let start = 0; start < items.length; start += STEP_ITEMS) {
    const run = items.slice(start, start + STEP_ITEMS).sort(compare);
    for (let i = 0; i < run.length; i++) items[start + i] = run[i];
    yield;
  }
  let from = items;
  let to: Item[] = new Array(items.length);
  for (let width = STEP_ITEMS; width < items.length; width *= 2) {
    for (let start = 0; start < items.length; start += 2 * width) yield* merge(from, to, start, width);
    [from, to] = [to, from];
  }
  return from;
}

/** Merges two neighbouring sorted runs of `width` items, of which the second may be shorter. */
function* merge<Item extends Sortable>(from: Item[], to: Item[], start: number, width: number): Generator<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  let left = start;
  let right = middle;
  if (middle === end || compare(from[middle - 1], from[middle]) <= 0) {
    for (let at = start; at < end; at++) to[at] = from[at];
    yield;
    return;
  }
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right === end || compare(from[left], from[right]) <= 0);
    to[at] = takesLeft ? from[left++] : from[right++];
    if (at % STEP_ITEMS === 0) yield;
  }
}
