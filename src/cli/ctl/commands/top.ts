import { phrase } from "../../texts/phrase.ts";
import type { Say } from "../../texts/say.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../command_error.ts";
import { visible } from "../message_lines.ts";
import { type Result, SILENCE } from "../result.ts";
import { bright } from "../sections.ts";
import { isObject, type JsonObject, type JsonValue } from "../term.ts";
import { COUNT_HELP, JSON_HELP, JSON_SWITCH, positive } from "./own_switches.ts";

const INTERVAL_SECONDS = 2;
/** Number of queues that are shown where there is no terminal, and at most. */
const ROWS_DEFAULT = 20;
const ROWS_MAX = 100;
/** Lines above the queues. */
const HEAD_LINES = 5;
/** Moves the cursor to the upper left corner, and clears the screen. */
const CLEAR = "\x1b[H\x1b[2J";
const NAME_WIDTH = 40;

const SORTS: Readonly<Record<string, string>> = {
  messages: "messages",
  unacked: "messages_unacknowledged",
  in: "message_stats.publish_details.rate",
  out: "message_stats.deliver_get_details.rate",
};

export const TOP_COMMANDS: readonly Command[] = [{
  name: "top",
  tools: ["haremq"],
  section: "observability_and_health_checks",
  description: "Shows queues, connections and rates, and again after each interval",
  usage: "top [--interval <seconds>] [--count <n>] [--sort <column>] [--json]",
  help: [
    ["--interval <seconds>", `Time between two tables (default: ${INTERVAL_SECONDS})`],
    COUNT_HELP("Number of tables after which it ends (default: none on a terminal, else 1)"),
    ["--sort <column>", `Queues with the most come first: ${Object.keys(SORTS).join(", ")} (default: messages)`],
    JSON_HELP,
  ],
  switches: { ...JSON_SWITCH, interval: "integer", count: "integer", sort: "string" },
  takes: [0, 0],
  check(_, { sort = "messages" }) {
    if (Object.hasOwn(SORTS, String(sort))) return;
    throw new UsageError(phrase`--sort must be one of ${Object.keys(SORTS).join(", ")}: received ${sort}`);
  },
  run: top,
}];

async function top(call: Call): Promise<Result> {
  const { options, terminal } = call;
  const stop = terminal.stopSignal();
  const count = positive(options, "count") ?? (terminal.isInteractive ? Infinity : 1);
  const intervalMs = (positive(options, "interval") ?? INTERVAL_SECONDS) * 1000;
  for (let round = 1; !stop.aborted; round++) {
    await showOnce(call);
    if (round >= count) break;
    await pause(intervalMs, stop);
  }
  return SILENCE;
}

async function showOnce(call: Call): Promise<void> {
  const { api, options, terminal, say } = call;
  const { columns, rows } = terminal.size();
  const shown = terminal.isInteractive ? Math.min(Math.max(rows - HEAD_LINES - 1, 1), ROWS_MAX) : ROWS_DEFAULT;
  const sort = SORTS[String(options.sort ?? "messages")];
  const [overview, page] = await Promise.all([
    api.get("/api/overview"),
    api.get(`/api/queues?page=1&page_size=${shown}&sort=${sort}&sort_reverse=true`),
  ]) as [JsonObject, JsonObject];
  const queues = page.items as unknown as readonly JsonObject[];
  if (options.json === true) return await terminal.print([JSON.stringify({ overview, queues })]);
  const lines = topLines(overview, queues, columns, terminal.isColoured, say);
  await terminal.print(terminal.isInteractive ? [CLEAR + lines[0], ...lines.slice(1)] : lines);
}

/** Titles of the columns; each but the first has at most nine letters. */
const HEAD = [phrase`Queue`, phrase`Ready`, phrase`Unacked`, phrase`In/s`, phrase`Out/s`, phrase`Consumers`];

/** Returns the table. */
export function topLines(
  overview: JsonObject,
  queues: readonly JsonObject[],
  width: number,
  isColoured: boolean,
  say: Say,
): string[] {
  const total = (...keys: readonly string[]): string => text(at(overview, ...keys));
  const nameWidth = Math.max(10, Math.min(NAME_WIDTH, width - 52));
  const line = (name: string, ...cells: readonly string[]) =>
    `${cut(name, nameWidth)}${cells.map((cell) => cell.padStart(10)).join("")}`.slice(0, width);
  const [queueTitle, ...titles] = HEAD.map(say);
  const head = line(queueTitle, ...titles);
  return [
    [
      total("cluster_name"),
      say(phrase`${total("object_totals", "connections")} connections`),
      say(phrase`${total("object_totals", "channels")} channels`),
      say(phrase`${total("object_totals", "queues")} queues`),
      say(phrase`${total("object_totals", "consumers")} consumers`),
    ].join("   "),
    [
      say(phrase`Messages: ${total("queue_totals", "messages_ready")} ready`),
      say(phrase`${total("queue_totals", "messages_unacknowledged")} unacked`),
      say(phrase`${total("message_stats", "publish_details", "rate")} in/s`),
      say(phrase`${total("message_stats", "deliver_get_details", "rate")} out/s`),
    ].join("   "),
    "",
    bright(head, isColoured),
    ...queues.map((queue) =>
      line(
        visible(queue.vhost === "/" ? String(queue.name) : `${queue.vhost}/${queue.name}`),
        text(queue.messages_ready),
        text(queue.messages_unacknowledged),
        text(at(queue, "message_stats", "publish_details", "rate")),
        text(at(queue, "message_stats", "deliver_get_details", "rate")),
        text(queue.consumers),
      )
    ),
  ].map((line) => isColoured ? line : line.slice(0, width));
}

function at(object: JsonObject, ...keys: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of keys) value = value !== undefined && isObject(value) ? value[key] : undefined;
  return value;
}

const text = (value: JsonValue | undefined): string =>
  typeof value === "number" ? String(Math.round(value * 10) / 10) : String(value ?? 0);

const cut = (name: string, width: number): string =>
  name.length > width ? `${name.slice(0, width - 3)}...` : name.padEnd(width);

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener("abort", end);
  });
}
