import type { ComponentChildren } from "preact";
import { common } from "../i18n/common.ts";
import type { List } from "../lists/use_list.ts";
import { EmptyState } from "./empty_state.tsx";
import { FailedRead } from "./failed_read.tsx";
import { ListTools } from "./list_tools.tsx";
import { Pager } from "./pager.tsx";
import { type Column, type Order, Table } from "./table.tsx";
import "./data_table.css";

/** A list as a table, with search, order, columns and pages. The first column names the item and always is shown. */
export function DataTable<Item>({ caption, list, columns, keyOf, empty, tools }: {
  readonly caption: string;
  readonly list: List<Item>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  /** What is shown when there are no items at all. */
  readonly empty: ComponentChildren;
  /** More controls beside the search. */
  readonly tools?: ComponentChildren;
}) {
  const t = common();
  const { data, error, reload, state } = list;
  const shown = columns.filter(({ key, isExtra }, index) => {
    return index === 0 || (state.columns === undefined ? isExtra !== true : state.columns.includes(key));
  });
  return (
    <div class="data-table">
      <ListTools list={list} columns={columns}>{tools}</ListTools>
      <FailedRead error={error} onRetry={reload} />
      {data === undefined
        ? error === undefined && <p class="note" aria-busy="true">{t.loading}</p>
        : data.items.length > 0
        ? (
          <Table
            caption={caption}
            columns={shown}
            keyOf={keyOf}
            items={data.items}
            order={state}
            onOrder={(sort, isNumber) => list.change(nextOrder(state, sort, isNumber))}
          />
        )
        : (
          <div class="panel">
            {data.total_count > 0 ? <EmptyState title={t.nothingFound}>{t.nothingFoundHint}</EmptyState> : empty}
          </div>
        )}
      {data !== undefined && <Pager page={data} onChange={list.change} />}
    </div>
  );
}

/** The largest numbers come first, and texts in their order; the second click turns the order round. */
const nextOrder = (order: Order, sort: string, isNumber: boolean): Order => ({
  sort,
  isReversed: order.sort === sort ? !order.isReversed : isNumber,
});
