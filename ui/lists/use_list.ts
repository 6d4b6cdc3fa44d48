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
  return { ...usePoll<ListPage<Item>>(path + apiQuery(listParameters(state))), state, change };
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
