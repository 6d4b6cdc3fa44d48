import { phrase } from "../../../phrase/phrase.ts";
import type { Say } from "../../texts/say.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../command_error.ts";
import { visibleInLine, visibleJson } from "../../../runtime/visible.ts";
import { cutAtWidth, displayWidth, endRightToLeft, fillWidth } from "../../display_width.ts";
import { type Result, SILENCE } from "../result.ts";
import { bright } from "../sections.ts";
import { isObject, type JsonObject, type JsonValue } from "../term.ts";
import { COUNT_HELP, JSON_HELP, JSON_SWITCH, positive } from "./own_switches.ts";

const INTERVAL_SECONDS = 2;
/** Number of queues that are shown where there is no terminal, and at most. */
const ROWS_DEFAULT = 20;
const ROWS_MAX = 100;
/** Moves the cursor to the upper left corner. */
const HOME = "\x1b[H";
/** Clears the rest of the line, and what is below it: nothing flickers, as it would if all were cleared first. */
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const NAME_WIDTH_MIN = 20;
const NUMBER_WIDTH = 10;
/** Width of all columns with numbers. */
const NUMBERS_WIDTH = 5 * NUMBER_WIDTH;

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
  let last: Shown | undefined;
  if (options.json !== true && terminal.isInteractive) {
    terminal.onResize(() => {
      if (last !== undefined && !stop.aborted) void write(last, call).catch(() => {});
    });
  }
  for (let round = 1; !stop.aborted; round++) {
    last = await ask(call);
    if (options.json === true) await terminal.print([visibleJson(JSON.stringify(last))]);
    else await write(last, call);
    if (round >= count) break;
    await pause(intervalMs, stop);
  }
  return SILENCE;
}

interface Shown {
  readonly overview: JsonObject;
  readonly queues: readonly JsonObject[];
}

async function ask({ api, options, terminal }: Call): Promise<Shown> {
  const sort = SORTS[String(options.sort ?? "messages")];
  // A window that becomes higher shows more of them at once.
  const size = terminal.isInteractive ? ROWS_MAX : ROWS_DEFAULT;
  const [overview, page] = await Promise.all([
    api.get("/api/overview"),
    api.get(`/api/queues?page=1&page_size=${size}&sort=${sort}&sort_reverse=true`),
  ]) as [JsonObject, JsonObject];
  return { overview, queues: page.items as unknown as readonly JsonObject[] };
}

/** Writes the table: on a terminal over the last one, cut to the window. */
async function write({ overview, queues }: Shown, { terminal, say }: Call): Promise<void> {
  const { columns, rows } = terminal.size();
  const lines = topLines(overview, queues, columns, terminal.isColoured, say);
  if (!terminal.isInteractive) return await terminal.print(lines);
  // Two lines stay free: what is below is cleared from the first, and the cursor is in the other.
  const shown = lines.slice(0, Math.max(1, rows - 2)).map((line) => line + CLEAR_LINE);
  await terminal.draw([`${HOME}${shown.join("\n")}`, CLEAR_BELOW]);
}

/** Titles of the columns; each but the first has at most nine letters. */
const HEAD = [phrase`Queue`, phrase`Ready`, phrase`Unacked`, phrase`In/s`, phrase`Out/s`, phrase`Consumers`];

/** Returns the table, whose lines are not wider than the terminal. */
export function topLines(
  overview: JsonObject,
  queues: readonly JsonObject[],
  width: number,
  isColoured: boolean,
  say: Say,
): string[] {
  const total = (...keys: readonly string[]): string => visibleInLine(text(at(overview, ...keys)));
  const names = queues.map(({ vhost, name }) => visibleInLine(vhost === "/" ? String(name) : `${vhost}/${name}`));
  const longest = Math.max(NAME_WIDTH_MIN, ...names.map(displayWidth));
  const nameWidth = Math.max(10, Math.min(longest, width - NUMBERS_WIDTH));
  const line = (name: string, ...cells: readonly string[]) =>
    cutAtWidth(
      endRightToLeft(fillWidth(name, nameWidth)) + cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join(""),
      width,
    );
  const [queueTitle, ...titles] = HEAD.map(say);
  const sums = [[
    total("cluster_name"),
    say(phrase`${total("object_totals", "connections")} connections`),
    say(phrase`${total("object_totals", "channels")} channels`),
    say(phrase`${total("object_totals", "queues")} queues`),
    say(phrase`${total("object_totals", "consumers")} consumers`),
  ], [
    say(phrase`Messages: ${total("queue_totals", "messages_ready")} ready`),
    say(phrase`${total("queue_totals", "messages_unacknowledged")} unacked`),
    say(phrase`${total("message_stats", "publish_details", "rate")} in/s`),
    say(phrase`${total("message_stats", "deliver_get_details", "rate")} out/s`),
  ]];
  return [
    ...sums.map((texts) => cutAtWidth(texts.join("   "), width)),
    "",
    bright(line(queueTitle, ...titles), isColoured),
    ...queues.map((queue, index) =>
      line(
        names[index],
        text(queue.messages_ready),
        text(queue.messages_unacknowledged),
        text(at(queue, "message_stats", "publish_details", "rate")),
        text(at(queue, "message_stats", "deliver_get_details", "rate")),
        text(queue.consumers),
      )
    ),
  ];
}

function at(object: JsonObject, ...keys: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of keys) value = value !== undefined && isObject(value) ? value[key] : undefined;
  return value;
}

const text = (value: JsonValue | undefined): string =>
  typeof value === "number" ? String(Math.round(value * 10) / 10) : String(value ?? 0);

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
