import type { ApiRequest } from "../request.ts";
import { type Columns, pickColumns, readColumns } from "./columns.ts";
import { JsonText } from "./json_text.ts";
import { sortInSteps, type SortValue } from "./order.ts";
import { type Page, pageOf, readPage } from "./page.ts";

/** A list that a request asks for. */
export interface Listing<Item> {
  /** The items that the user may see. They are read in slices, between which the broker goes on. */
  readonly items: Iterable<Item>;
  /** Returns an item as a JSON object. */
  readonly describe: (item: Item) => object;
  /**
   * Fields that are found without describing the whole item. A request that sorts by these fields only describes the
   * items that it returns, and one that wants no other columns describes none.
   */
  readonly fields?: Readonly<Record<string, (item: Item) => unknown>>;
  /** Paths of the fields that it is sorted by, after that of the request. Default: `vhost` and `name`. */
  readonly order?: readonly string[];
  /** True for a list that is read by pages if the request asks for one, as RabbitMQ's longer lists are. */
  readonly isPaged?: boolean;
}

const DEFAULT_ORDER: readonly string[] = ["vhost", "name"];

/** Answers with a list of JSON objects, which is sorted and limited to columns as the request says. */
export const replyObjects = (request: ApiRequest, items: Iterable<object>, options: ObjectsOptions = {}) =>
  replyList(request, { items, describe: (item) => item, ...options });

type ObjectsOptions = Pick<Listing<object>, "order" | "isPaged">;

/** Answers with a list, as the request says: sorted, limited to columns, and by pages. Throws `HttpError` 400. */
export async function replyList<Item>(request: ApiRequest, listing: Listing<Item>): Promise<Response> {
  const { query, host: { slices } } = request;
  const page = listing.isPaged ? readPage(query) : undefined;
  const { items, totalCount } = await slices.run(selectInSteps(listing, query, page));
  const describe = describeColumns(listing, readColumns(query));
  if (page === undefined) return await new JsonText(slices, describeInSteps(items, describe)).reply();
  const described: unknown[] = [];
  const shown = pageOf(page, items);
  await slices.run(describeInSteps(shown, (item) => described.push(describe(item))));
  return Response.json({
    filtered_count: items.length,
    item_count: shown.length,
    items: described,
    page: page.number,
    page_count: Math.ceil(items.length / page.size),
    page_size: page.size,
    total_count: totalCount,
  });
}

function* describeInSteps<Item>(items: Iterable<Item>, describe: (item: Item) => unknown): Generator<unknown, void> {
  for (const item of items) yield describe(item);
}

/** Reads, filters and sorts all items. */
function* selectInSteps<Item>(listing: Listing<Item>, query: URLSearchParams, page: Page | undefined) {
  const paths = sortPaths(listing, query).map((path) => path.split(".").filter((name) => name !== ""));
  const selected: { readonly item: Item; readonly values: readonly SortValue[] }[] = [];
  let totalCount = 0;
  for (const item of listing.items) {
    totalCount++;
    const look = new Look(listing, item);
    if (page?.isWanted?.(String(look.find(["name"]))) !== false) {
      selected.push({ item, values: paths.map((path) => look.find(path)) });
    }
    yield;
  }
  const sorted = yield* sortInSteps(selected);
  if (query.get("sort_reverse") === "true") sorted.reverse();
  return { items: sorted.map(({ item }) => item), totalCount };
}

function sortPaths<Item>({ order = DEFAULT_ORDER }: Listing<Item>, query: URLSearchParams): readonly string[] {
  const wanted = query.get("sort") ?? "";
  return wanted === "" ? order : [...new Set([wanted, ...order])];
}

/** Finds the fields of an item, and describes it only for those that it takes. */
class Look<Item> {
  readonly #listing: Listing<Item>;
  readonly #item: Item;
  #described: object | undefined;

  constructor(listing: Listing<Item>, item: Item) {
    this.#listing = listing;
    this.#item = item;
  }

  /** Returns the value at a path; 0 where there is none, as RabbitMQ sorts by that. */
  find([name, ...rest]: readonly string[]): SortValue {
    const { fields = {}, describe } = this.#listing;
    if (rest.length === 0 && Object.hasOwn(fields, name)) return fields[name](this.#item);
    let value: unknown = this.#described ??= describe(this.#item);
    for (const member of [name, ...rest]) value = memberOf(value, member);
    return value ?? 0;
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Returns the function that describes an item with the wanted columns only. */
function describeColumns<Item>({ fields, describe }: Listing<Item>, columns: Columns): (item: Item) => unknown {
  if (columns === undefined) return describe;
  const names = [...columns.keys()];
  if (fields === undefined || !names.every((name) => Object.hasOwn(fields, name))) {
    return (item) => pickColumns(describe(item), columns);
  }
  return (item) => Object.fromEntries(names.map((name) => [name, pickColumns(fields[name](item), columns.get(name))]));
}
