import { useMemo } from "preact/hooks";
import { apiQuery } from "../../api/client.ts";
import type { ListPage } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";

/** Number of objects in a read: those that come first in its order. */
export const READ_MAX = 500;

interface Objects<Item> {
  /** `undefined` while they were not all read. */
  readonly items: readonly Item[] | undefined;
  /** Number of the objects that are wanted, also of those that were not read. */
  readonly count: number;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Reads the first exchanges or queues of a virtual host, and the first ones with a name that is searched for. */
export function useObjects<Item extends { readonly name: string }>(
  path: string,
  search: string,
  { sort, columns }: { readonly sort: string; readonly columns: string },
): Objects<Item> {
  const query = { page: 1, page_size: READ_MAX, sort, sort_reverse: "true", columns };
  const all = usePoll<ListPage<Item>>(path + apiQuery(query));
  const found = usePoll<ListPage<Item>>(search === "" ? undefined : path + apiQuery({ ...query, name: search }), {
    subject: JSON.stringify([path, search]),
  });
  const items = useMemo(() => {
    if (all.data === undefined) return undefined;
    if (search === "") return all.data.items;
    return found.data &&
      [...new Map([...all.data.items, ...found.data.items].map((item) => [item.name, item])).values()];
  }, [all.data, found.data, search]);
  const failed = [all, found].find(({ error }) => error !== undefined);
  return {
    items,
    count: search === "" ? all.data?.total_count ?? 0 : found.data?.filtered_count ?? 0,
    error: failed?.error,
    reload() {
      all.reload();
      found.reload();
    },
  };
}
