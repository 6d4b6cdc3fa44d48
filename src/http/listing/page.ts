import { Pattern, PATTERN_BYTES_MAX } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";
import { HttpError } from "../http_error.ts";

const DEFAULT_PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 500;

/** The wanted page of a list. */
export interface Page {
  /** Number of the page, from 1. */
  readonly number: bigint;
  readonly size: number;
  /** Returns whether an item of this name belongs to the list; `undefined` for all. */
  readonly isWanted: ((name: string) => boolean) | undefined;
}

/**
 * Reads `page`, `page_size`, `name` and `use_regex`. Returns `undefined` when no page is wanted. Throws `HttpError` 400.
 */
export function readPage(query: URLSearchParams): Page | undefined {
  const number = readInteger(query, "page");
  const size = readInteger(query, "page_size");
  const isWanted = readNameFilter(query);
  if (number === undefined) return undefined;
  if (number < 1 || size !== undefined && (size < 1 || size > PAGE_SIZE_MAX)) {
    throw invalidPage(`Invalid pagination parameters: page number ${number}, page size ${size}`);
  }
  return { number, size: size === undefined ? DEFAULT_PAGE_SIZE : Number(size), isWanted };
}

/** Reads an integer of any length, as Erlang has them: a refusal repeats it. */
function readInteger(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new HttpError(400, "bad_request", "Pagination parameters are invalid");
  return BigInt(text.replace(/^\+/, ""));
}

const IGNORE_CASE = "(?i)";

function readNameFilter(query: URLSearchParams): Page["isWanted"] {
  const filter = query.get("name");
  if (filter === null || filter === "") return undefined;
  if (query.get("use_regex") !== "true") {
    const part = filter.toLowerCase();
    return (name) => name.toLowerCase().includes(part);
  }
  if (filter.length > PATTERN_BYTES_MAX - IGNORE_CASE.length) throw invalidPage("name filter regex is too long");
  const pattern = patternOf(filter);
  return (name) => pattern?.matches(name) === true;
}

/** Returns a pattern that ignores case; `undefined` for an invalid one, which matches nothing. */
function patternOf(source: string): Pattern | undefined {
  try {
    return new Pattern(IGNORE_CASE + source);
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

const invalidPage = (reason: string) => new HttpError(400, "invalid_pagination_parameters", reason);

/** Returns the items of a page of all wanted ones. Throws `HttpError` 400 for a page behind the last. */
export function pageOf<Item>({ number, size }: Page, items: readonly Item[]): readonly Item[] {
  const start = (Number(number) - 1) * size;
  if (start <= items.length) return items.slice(start, start + size);
  const reason = `Page out of range, page: ${number} page size: ${size}, len: ${items.length}`;
  throw new HttpError(400, "page_out_of_range", reason);
}
