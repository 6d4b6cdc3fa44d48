import { acceptsGzip } from "../accepted.ts";
import type { ApiRequest } from "../request.ts";
import { type Columns, pickColumns, readColumns } from "./columns.ts";
import { JSON_HEADERS, JsonText } from "./json_text.ts";
import type { MadeList } from "./list_cache.ts";
import { sortInSteps, type SortValue } from "./order.ts";
import { type Page, pageOf, readPage } from "./page.ts";
import type { Scope } from "./scope.ts";
import type { Selection } from "./selections.ts";

/** A list that a request asks for. */
export interface Listing<Item> {
  /** The items that the user may see. They are read in slices, between which the broker goes on. */
  readonly items: Iterable<Item>;
  /** Returns an item as a JSON object. */
  readonly describe: (item: Item) => object;
  /** Returns the JSON text of `describe`, where it is made faster without the object. */
  readonly textOf?: (item: Item) => string;
  /**
   * Fields that are found without describing the whole item. A request that sorts by these fields only describes the
   * items that it returns, and one that wants no other columns describes none.
   */
  readonly fields?: Readonly<Record<string, (item: Item) => unknown>>;
  /** Those fields that don't change while the scope of a cached list is the same. */
  readonly fixedFields?: readonly string[];
  /** Paths of the fields that it is sorted by, after that of the request. Default: `vhost` and `name`. */
  readonly order?: readonly string[];
  /** True for a list that is read by pages if the request asks for one, as RabbitMQ's longer lists are. */
  readonly isPaged?: boolean;
}

/** Number of items that one step reads when it describes none. */
const STEP_ITEMS = 32;

const DEFAULT_ORDER: readonly string[] = ["vhost", "name"];

/** Answers with a list of JSON objects, which is sorted and limited to columns as the request says. */
export const replyObjects = (request: ApiRequest, items: Iterable<object>, options: ObjectsOptions = {}) =>
  replyList(request, { items, describe: (item) => item, ...options });

type ObjectsOptions = Pick<Listing<object>, "order" | "isPaged">;

/** Answers with a list, as the request says: sorted, limited to columns, and by pages. Throws `HttpError` 400. */
export const replyList = async <Item>(request: ApiRequest, listing: Listing<Item>): Promise<Response> =>
  (await makeList(request, listing)).response;

/**
 * Answers as {@linkcode replyList} with a list that may be shared with other requests of the user, and be kept for a while.
 *
 * @param scope what decides which objects the user sees; a list of another scope is never used.
 * @param listing called when the list must be made.
 */
export function replyCachedList<Item>(
  request: ApiRequest,
  scope: Scope,
  listing: () => Promise<Listing<Item>>,
): Promise<Response> {
  const { pathname, search } = new URL(request.request.url);
  const key = `${pathname}${search} ${request.user.name}`;
  const make = async () => await makeList(request, await listing(), scope);
  return request.host.lists.reply({ key, scope, acceptsGzip: acceptsGzip(request.request), make });
}

async function makeList<Item>(request: ApiRequest, listing: Listing<Item>, scope?: Scope): Promise<MadeList> {
  const { query, host: { slices } } = request;
  const page = listing.isPaged ? readPage(query) : undefined;
  const make = () => slices.run(selectInSteps(listing, query, page));
  const isKept = scope !== undefined && sortPaths(listing, query).every((path) => listing.fixedFields?.includes(path));
  const { items, totalCount } = isKept
    ? await request.host.selections.select({ key: selectionKey(request, page), scope, make })
    : await make();
  const textOf = textOfColumns(listing, readColumns(query));
  if (page === undefined) {
    const response = await new JsonText(slices, textsInSteps(items, textOf)).reply();
    return { response, objectCount: totalCount };
  }
  const texts: string[] = [];
  const shown = pageOf(page, items);
  await slices.run(textsInSteps(shown, (item) => texts.push(textOf(item))));
  const head = JSON.stringify({ filtered_count: items.length, item_count: shown.length });
  const rest = JSON.stringify({
    page: Number(page.number),
    page_count: Math.ceil(items.length / page.size),
    page_size: page.size,
    total_count: totalCount,
  });
  const text = `${head.slice(0, -1)},"items":[${texts.join()}],${rest.slice(1)}`;
  return { response: new Response(text, { headers: JSON_HEADERS }), objectCount: totalCount };
}

/** Parameters that decide about the objects of a list, and those that do so for a list that is read by pages. */
const ORDER_PARAMETERS = ["sort", "sort_reverse"];
const FILTER_PARAMETERS = ["name", "use_regex"];

function selectionKey({ request, query, user }: ApiRequest, page: Page | undefined): string {
  const names = page === undefined ? ORDER_PARAMETERS : [...ORDER_PARAMETERS, ...FILTER_PARAMETERS];
  const parameters = new URLSearchParams(names.map((name) => [name, query.get(name) ?? ""]));
  return `${new URL(request.url).pathname}?${parameters} ${user.name}`;
}

function* textsInSteps<Item, Text>(items: Iterable<Item>, textOf: (item: Item) => Text): Generator<Text, void> {
  for (const item of items) yield textOf(item);
}

/** Reads, filters and sorts all items. */
function* selectInSteps<Item>(
  listing: Listing<Item>,
  query: URLSearchParams,
  page: Page | undefined,
): Generator<void, Selection<Item>> {
  const { isWanted } = page ?? {};
  const nameOf = readerOf(listing, "name");
  const readers = sortPaths(listing, query).map((path) => readerOf(listing, path));
  const describes = readers.some(({ describes }) => describes) || isWanted !== undefined && nameOf.describes;
  const stepItems = describes ? 1 : STEP_ITEMS;
  const selected: { readonly item: Item; readonly values: readonly SortValue[] }[] = [];
  let totalCount = 0;
  for (const item of listing.items) {
    const described = describes ? listing.describe(item) : undefined;
    if (isWanted === undefined || isWanted(String(nameOf.read(item, described)))) {
      selected.push({ item, values: readers.map(({ read }) => read(item, described)) });
    }
    if (++totalCount % stepItems === 0) yield;
  }
  const sorted = yield* sortInSteps(selected);
  if (query.get("sort_reverse") === "true") sorted.reverse();
  return { items: sorted.map(({ item }) => item), totalCount };
}

function sortPaths<Item>({ order = DEFAULT_ORDER }: Listing<Item>, query: URLSearchParams): readonly string[] {
  const wanted = query.get("sort") ?? "";
  return wanted === "" ? order : [...new Set([wanted, ...order])];
}

/** Reads the value of an item at a path; 0 where there is none, as RabbitMQ sorts by that. */
interface Reader<Item> {
  /** True for a value that only the item's description has. */
  readonly describes: boolean;
  readonly read: (item: Item, described: object | undefined) => SortValue;
}

function readerOf<Item>({ fields = {} }: Listing<Item>, path: string): Reader<Item> {
  const names = path.split(".").filter((name) => name !== "");
  const [name] = names;
  if (names.length === 1 && Object.hasOwn(fields, name)) return { describes: false, read: fields[name] };
  return {
    describes: true,
    read: (_, described) => names.reduce<unknown>((value, name) => memberOf(value, name), described) ?? 0,
  };
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Returns the function that returns an item's JSON text with the wanted columns only. */
function textOfColumns<Item>({ fields, describe, textOf }: Listing<Item>, columns: Columns): (item: Item) => string {
  if (columns === undefined) return textOf ?? ((item) => JSON.stringify(describe(item)));
  const names = [...columns.keys()];
  if (fields === undefined || !names.every((name) => Object.hasOwn(fields, name))) {
    return (item) => JSON.stringify(pickColumns(describe(item), columns));
  }
  return (item) => {
    const picked = names.map((name) => [name, pickColumns(fields[name](item), columns.get(name))] as const);
    return JSON.stringify(Object.fromEntries(picked));
  };
}
