/** How a list is shown: kept in the address, so that a link or the button "back" shows it again. */
export interface ListState {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly search: string;
  readonly isRegex: boolean;
  /** Path of the member that the list is sorted by; empty for the order of names. */
  readonly sort: string;
  readonly isReversed: boolean;
  /** Virtual host whose objects are shown; empty for all. */
  readonly vhost: string;
  /** Keys of the columns that are shown; `undefined` for the usual ones. */
  readonly columns: readonly string[] | undefined;
}

export const PAGE_SIZES = [25, 50, 100, 250, 500] as const;
const DEFAULT_PAGE_SIZE = 50;

type Query = Readonly<Record<string, string | undefined>>;

/** Reads the state of a list from the settings in an address. What is not understood is left at its default. */
export function readListState(query: Query): ListState {
  const page = Number(query.page);
  const pageSize = Number(query.page_size);
  return {
    page: Number.isInteger(page) && page >= 1 ? page : 1,
    pageSize: PAGE_SIZES.some((size) => size === pageSize) ? pageSize : DEFAULT_PAGE_SIZE,
    search: query.name ?? "",
    isRegex: query.use_regex === "true",
    sort: query.sort ?? "",
    isReversed: query.sort_reverse === "true",
    vhost: query.vhost ?? "",
    columns: query.columns?.split(",").filter((key) => key !== ""),
  };
}

/** Writes changes of a list's state as settings for the address. Any change but that of the page goes to the first one. */
export function writeListState(changes: Partial<ListState>): Query {
  const query: Record<string, string | undefined> = { page: undefined };
  if (changes.page !== undefined) query.page = changes.page === 1 ? undefined : String(changes.page);
  if (changes.pageSize !== undefined) {
    query.page_size = changes.pageSize === DEFAULT_PAGE_SIZE ? undefined : String(changes.pageSize);
  }
  if (changes.search !== undefined) query.name = changes.search;
  if (changes.isRegex !== undefined) query.use_regex = changes.isRegex ? "true" : undefined;
  if (changes.sort !== undefined) query.sort = changes.sort;
  if (changes.isReversed !== undefined) query.sort_reverse = changes.isReversed ? "true" : undefined;
  if (changes.vhost !== undefined) query.vhost = changes.vhost;
  if ("columns" in changes) query.columns = changes.columns?.join(",");
  return query;
}

/** Returns the parameters of the API for a list that the broker sorts, filters and cuts into pages. */
export const listParameters = ({ page, pageSize, search, isRegex, sort, isReversed }: ListState) => ({
  page,
  page_size: pageSize,
  name: search,
  use_regex: isRegex ? "true" : undefined,
  sort,
  sort_reverse: isReversed ? "true" : undefined,
});
