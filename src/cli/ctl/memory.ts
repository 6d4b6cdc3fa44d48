import { type Call, isJson } from "./call.ts";
import { inUnit } from "./checks.ts";
import { path } from "./management_client.ts";
import { list, type Result, value } from "./result.ts";
import { Dictionary, type JsonObject, row, termOf } from "./term.ts";

/** Returns the memory of a node by category. In bytes. */
export async function memoryOf(call: Call): Promise<JsonObject> {
  const { memory } = await call.api.get(path`/api/nodes/${await call.node()}/memory`) as JsonObject;
  return typeof memory === "object" && memory !== null ? memory as JsonObject : {};
}

/** A category of memory. */
interface Share {
  readonly category: string;
  readonly bytes: number;
  readonly percentage: number;
}

/** Returns the categories with their share of the total, the largest first. */
function sharesOf(memory: JsonObject): Share[] {
  const { total: totals, ...categories } = memory;
  const total = Math.max(1, ...Object.values(totals as JsonObject ?? {}).map(Number));
  return Object.entries(categories).filter(([, bytes]) => typeof bytes === "number").map(([category, bytes]) => ({
    category,
    bytes: bytes as number,
    percentage: Math.round(bytes as number / total * 10_000) / 100,
  })).sort((one, other) => other.bytes - one.bytes);
}

export const memoryLines = (memory: JsonObject, unit: string, percent: string): string[] =>
  sharesOf(memory).map(({ category, bytes, percentage }) =>
    `${category}: ${inUnit(bytes, unit)} ${unit} (${percentage}${percent})`
  );

/** Shows the memory of a node by category. */
export async function showMemory(call: Call): Promise<Result> {
  const { options } = call;
  const memory = await memoryOf(call);
  if (isJson(call)) {
    const shares = sharesOf(memory).map(({ category, ...share }) => [category, termOf(share)] as const);
    return value(new Dictionary(Object.fromEntries(shares)));
  }
  if (options.formatter === "csv") {
    const shares = sharesOf(memory).flatMap(({ category, bytes, percentage }) => [
      [`${category}.bytes`, bytes] as const,
      [`${category}.percentage`, percentage] as const,
    ]);
    return list([row(Object.fromEntries(shares))]);
  }
  return value(`${memoryLines(memory, String(options.unit).toLowerCase(), "%").join("\n")}\n`);
}
