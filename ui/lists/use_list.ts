import { useEffect } from "preact/hooks";
import { ApiError } from "../api/api_error.ts";
import { apiPath, apiQuery } from "../api/client.ts";
import type { ListPage } from "../api/types.ts";
import { type Polled, usePoll } from "../api/use_poll.ts";
import { address, changeQuery } from "../router/router.ts";
import { listParameters, type ListState, readListState, writeListState } from "./list_state.ts";
import { localPage } from "./local_page.ts";

/** A list with the state in which it is shown. */
export interface List<Item> extends Polled<ListPage<Item>> {
  readonly state: ListState;
  readonly change: (changes: Partial<ListState>) => void;
}

const change = (changes: Partial<ListState>): void => changeQuery(writeListState(changes));

/**
 * A list that the broker sorts, filters and cuts into pages, such as `queues`. The list of a virtual host is at
 * `queues/VHOST`.
 */
export function useList<Item>(resource: string): List<Item> {
  const state = readListState(address.value.query);
  const path = state.vhost === "" ? resource : resource + apiPath`/${state.vhost}`;
  return usePages<Item>(path, state);
}

/**
 * A list of connections or channels: the API cuts that of all virtual hosts into pages, and has that of one virtual host as
 * a whole, at `vhosts/VHOST/connections`.
 */
export function useClientList<Item extends { readonly name: string }>(
  resource: "connections" | "channels",
): List<Item> {
  const state = readListState(address.value.query);
  const isOfOne = state.vhost !== "";
  const whole = usePoll<readonly Item[]>(isOfOne ? apiPath`vhosts/${state.vhost}/${resource}` : undefined);
  const pages = usePages<Item>(isOfOne ? undefined : resource, state);
  const own = useLocalList(whole, ({ name }) => name);
  return isOfOne ? own : pages;
}

function usePages<Item>(path: string | undefined, state: ListState): List<Item> {
  const polled = usePoll<ListPage<Item>>(path && path + apiQuery(listParameters(state)));
  const { error } = polled;
  // A list may get shorter while its last page is shown.
  const isBehindEnd = error instanceof ApiError && error.error === "page_out_of_range";
  useEffect(() => {
    if (isBehindEnd) change({ page: 1 });
  }, [isBehindEnd]);
  return { ...polled, state, change };
}

/** A list that the API has as a whole, such as `users`: it is sorted, filtered and cut into pages here. */
export function useLocalList<Item extends object>(
  polled: Polled<readonly Item[]>,
  nameOf: (item: Item) => string,
): List<Item> {
  const state = readListState(address.value.query);
  const { data } = polled;
  return { ...polled, data: data === undefined ? undefined : localPage(data, state, nameOf), state, change };
}
