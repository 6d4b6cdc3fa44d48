import type { ComponentChildren } from "preact";
import { common } from "../i18n/common.ts";
import "./table.css";

/** A column of a table. */
export interface Column<Item> {
  /** Name in the address. */
  readonly key: string;
  readonly label: string;
  /** Path of the member that the list is sorted by. Absent where it can't be. */
  readonly sort?: string;
  /** Numbers stand at the end of their column. */
  readonly isNumber?: boolean;
  /** True for a column that is shown only where it is chosen. */
  readonly isExtra?: boolean;
  readonly cell: (item: Item) => ComponentChildren;
}

/** The order of a table. */
export interface Order {
  readonly sort: string;
  readonly isReversed: boolean;
}

/** Items as rows. The first column names the item. For a list with search and pages, see `DataTable`. */
export function Table<Item>({ caption, columns, keyOf, items, order, onOrder }: {
  readonly caption: string;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly items: readonly Item[];
  readonly order?: Order;
  /** Is called with the member of a column whose head was clicked. Without it heads are no buttons. */
  readonly onOrder?: (sort: string, isNumber: boolean) => void;
}) {
  // Roles are written out, since at phone width rows are laid out as blocks, which are no rows to a browser.
  return (
    <div class="table" role="group" aria-label={caption} tabIndex={0}>
      <table role="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, label, sort, isNumber }) => (
              <th
                key={key}
                role="columnheader"
                scope="col"
                data-number={isNumber}
                aria-sort={sort !== undefined && order?.sort === sort ? directionOf(order) : undefined}
              >
                {sort === undefined || onOrder === undefined ? label : (
                  <button
                    type="button"
                    title={common().sortedBy(label)}
                    onClick={() => onOrder(sort, isNumber === true)}
                  >
                    {label}
                    {order?.sort === sort && (
                      <span class="table-order" aria-hidden="true">{order.isReversed ? "↓" : "↑"}</span>
                    )}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map((item) => (
            <tr key={keyOf(item)} role="row">
              {columns.map(({ key, label, isNumber, cell }, index) =>
                index === 0
                  ? <th key={key} role="rowheader" scope="row">{cell(item)}</th>
                  : <td key={key} role="cell" data-label={label} data-number={isNumber}>{cell(item)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const directionOf = ({ isReversed }: Order) => isReversed ? "descending" : "ascending";
