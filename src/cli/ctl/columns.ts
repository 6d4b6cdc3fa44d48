import { phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import { UsageError } from "./command_error.ts";
import type { Command } from "./command.ts";
import { type JsonObject, Properties, type Term } from "./term.ts";

/** Way to get a column's value from an object of the management API. */
export type Columns = Readonly<Record<string, (object: JsonObject) => Term>>;

/** Returns the columns that arguments name, each once. Throws `UsageError` for unknown ones. */
export function columnsOf(args: readonly string[], { columns = [], defaultColumns = columns }: Command): string[] {
  const given = args.length === 0 ? defaultColumns : args;
  const names = given.flatMap((argument) => argument.split(",")).map((name) => name.trim()).filter((name) =>
    name !== ""
  );
  const unknown = [...new Set(names)].filter((name) => !columns.includes(name)).sort();
  if (unknown.length > 0) throw new UsageError(phrase`Info key(s) ${unknown.join(",")} are not supported`);
  return [...new Set(names)];
}

/** Returns rows with the columns that a call asks for. */
export async function* rowsOf(
  call: Call,
  columns: Columns,
  batches: AsyncIterable<readonly JsonObject[]>,
): AsyncGenerator<readonly Properties[]> {
  const names = columnsOf(call.args, call.command);
  const cells = names.map((name) => [name, columns[name]] as const);
  for await (const batch of batches) {
    yield batch.map((object) => new Properties(cells.map(([name, cell]) => [name, cell(object)])));
  }
}
