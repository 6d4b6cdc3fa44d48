import { type ExactJson, type ExactObject, inlineJson, isExactObject } from "./exact_json.ts";

/** Cell of a table; `null` for JSON's. */
export type Cell = string | null;

export interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Columns that come first when all are shown. */
const FIRST_COLUMNS = ["vhost", "name", "type", "source", "destination", "destination_type", "routing_key"];

/**
 * Returns objects as rows. Objects within them become columns such as `queue_totals.messages`.
 * @param columns those to show; all when it is empty.
 * @param depth depth to which objects within objects are shown, when all columns are.
 * @param json keys of objects that are shown as JSON.
 */
export function gridOf(
  items: readonly ExactObject[],
  columns: readonly string[],
  depth: number,
  json: readonly string[] = [],
): Grid {
  const isAll = columns.length === 0;
  const rows = items.map((item) => {
    const cells = new Map<string, Cell>();
    addCells(cells, "", 1, item, isAll ? depth : Infinity, json);
    return cells;
  });
  const shown = isAll ? [...new Set(rows.flatMap((cells) => [...cells.keys()]))].sort(compareColumns) : columns;
  return {
    columns: shown,
    rows: rows.map((cells) =>
      shown.map((column) => {
        const cell = cells.get(column);
        return cell === undefined ? "" : cell;
      })
    ),
  };
}

function addCells(
  cells: Map<string, Cell>,
  prefix: string,
  depth: number,
  item: ExactObject,
  depthMax: number,
  json: readonly string[],
): void {
  for (const [key, value] of Object.entries(item)) {
    const column = prefix === "" ? key : `${prefix}.${key}`;
    if (!isExactObject(value)) cells.set(column, cellOf(value));
    else if (json.includes(key)) cells.set(column, inlineJson(value));
    else if (depth < depthMax) addCells(cells, column, depth + 1, value, depthMax, json);
  }
}

function cellOf(value: ExactJson): Cell {
  if (value === null) return null;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (!Array.isArray(value)) return String(value);
  return value.every((item) => typeof item === "string") ? value.join(" ") : inlineJson(value);
}

function compareColumns(one: string, other: string): number {
  const [first, second] = [one, other].map((column) => FIRST_COLUMNS.indexOf(column));
  if (first >= 0 && second >= 0) return first - second;
  if (first >= 0 || second >= 0) return first >= 0 ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
