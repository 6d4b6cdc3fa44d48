/** The wanted members of an object, and of the objects in them; `undefined` for all of a value. */
export type Columns = ReadonlyMap<string, Columns> | undefined;

type ColumnTree = Map<string, ColumnTree | undefined>;

/** Reads the parameter `columns`: names with commas in between, and dots where a member is an object itself. */
export function readColumns(query: URLSearchParams): Columns {
  const text = query.get("columns");
  if (text === null) return undefined;
  const columns: ColumnTree = new Map();
  for (const column of text.split(",")) {
    const path = column.split(".").filter((name) => name !== "");
    if (path.length > 0) addColumn(columns, path);
  }
  return columns;
}

function addColumn(columns: ColumnTree, [name, ...rest]: string[]): void {
  if (rest.length === 0) {
    columns.set(name, undefined);
    return;
  }
  if (!columns.has(name)) columns.set(name, new Map());
  const inner = columns.get(name);
  if (inner !== undefined) addColumn(inner, rest);
}

/** Returns a JSON value with the wanted members only; each element of an array is treated alike. */
export function pickColumns(value: unknown, columns: Columns): unknown {
  if (columns === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => pickColumns(element, columns));
  const wanted = Object.entries(value).filter(([name]) => columns.has(name));
  return Object.fromEntries(wanted.map(([name, member]) => [name, pickColumns(member, columns.get(name))]));
}
