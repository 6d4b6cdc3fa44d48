import { phrase } from "../../phrase/phrase.ts";
import type { Run } from "./actions.ts";
import { type ExactObject, parseExactJson, prettyJson } from "./exact_json.ts";
import { misused } from "./failure.ts";
import { GRID_FORMATS } from "./formats.ts";
import { gridOf } from "./grid.ts";

/**
 * Shows a list in the format of the run.
 * @param text the list as JSON.
 * @param columns those to show; all when it is empty.
 * @param json columns that are shown as JSON.
 */
export async function showItems(
  text: string,
  columns: readonly string[],
  json: readonly string[] | undefined,
  { settings, terminal, say }: Pick<Run, "settings" | "terminal" | "say">,
): Promise<void> {
  const format = String(settings.format);
  if (format === "raw_json") return await terminal.print([text]);
  const items = parseExactJson(text);
  if (format === "pretty_json") return await terminal.print([prettyJson(items)]);
  if (!Object.hasOwn(GRID_FORMATS, format)) throw misused(phrase`Format ${format} not recognised`);
  const depth = Number(settings.depth);
  if (!Number.isInteger(depth)) throw misused(phrase`The depth is not an integer: ${settings.depth}`);
  const grid = gridOf(items as unknown as readonly ExactObject[], columns, depth, json);
  const isVerbose = Boolean(settings.verbose);
  const lines = grid.rows.length > 0
    ? GRID_FORMATS[format].lines(grid, isVerbose)
    : isVerbose
    ? [say(phrase`No items`)]
    : [];
  if (lines.length > 0) await terminal.print(lines);
}
