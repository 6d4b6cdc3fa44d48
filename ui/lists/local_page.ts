import type { ListPage } from "../api/types.ts";
import type { ListState } from "./list_state.ts";

/** Returns a page of a list that is there as a whole, as the API does for longer ones. */
export function localPage<Item extends object>(
  items: readonly Item[],
  { page, pageSize, search, isRegex, sort, isReversed }: ListState,
  nameOf: (item: Item) => string,
): ListPage<Item> {
  const isWanted = filterOf(search, isRegex);
  const wanted = items.filter((item) => isWanted(nameOf(item)));
  const path = sort.split(".");
  const valueOf = (item: Item) => sort === "" ? nameOf(item) : memberAt(item, path);
  const sorted = wanted.toSorted((a, b) => compare(valueOf(a), valueOf(b)) || compare(nameOf(a), nameOf(b)));
  if (isReversed) sorted.reverse();
  const pageCount = Math.max(1, Math.ceil(sorted.length / pageSize));
  const shown = Math.min(page, pageCount);
  return {
    items: sorted.slice((shown - 1) * pageSize, shown * pageSize),
    filtered_count: wanted.length,
    total_count: items.length,
    page: shown,
    page_count: pageCount,
    page_size: pageSize,
  };
}

/** Returns whether a name is wanted. Nothing is wanted by an invalid regular expression, as in the API. */
function filterOf(search: string, isRegex: boolean): (name: string) => boolean {
  if (search === "") return () => true;
  if (!isRegex) {
    const part = search.toLowerCase();
    return (name) => name.toLowerCase().includes(part);
  }
  try {
    const pattern = new RegExp(search, "i");
    return (name) => pattern.test(name);
  } catch {
    return () => false;
  }
}

function memberAt(item: object, path: readonly string[]): unknown {
  let value: unknown = item;
  for (const name of path) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" || typeof b === "number") return Number(a ?? 0) - Number(b ?? 0);
  return String(a ?? "").localeCompare(String(b ?? ""));
}
