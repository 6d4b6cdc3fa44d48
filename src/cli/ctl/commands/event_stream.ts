import { phrase } from "../../../phrase/phrase.ts";
import { Pattern } from "../../../pattern/pattern.ts";
import { PatternError } from "../../../pattern/syntax.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { failure, UsageError } from "../command_error.ts";
import { batches, type Result } from "../result.ts";
import type { ServerEvent } from "../server_events.ts";
import { isObject, type JsonValue, row, type Term } from "../term.ts";
import { DIAGNOSTICS } from "../tools.ts";
import { positive } from "./own_switches.ts";

/** Commands that show the broker's events as they happen. */
export const EVENT_STREAM_COMMANDS: readonly Command[] = [{
  name: "consume_event_stream",
  tools: DIAGNOSTICS,
  section: "observability_and_health_checks",
  description: "Streams internal events from a running node. Output is jq-compatible.",
  usage: "consume_event_stream [--duration|-d <seconds>] [--pattern <pattern>]",
  help: [["<duration_in_seconds>", "duration in seconds to stream log. Defaults to infinity"], [
    "<pattern>",
    "regular expression to pick events",
  ]],
  switches: { duration: "integer", pattern: "string" },
  letters: { d: "duration" },
  hasTimeout: true,
  formatter: "json_stream",
  takes: [0, 0],
  check: (_, { pattern = "" }) => void readPattern(String(pattern)),
  run: consume,
}];

function readPattern(text: string): Pattern {
  try {
    return new Pattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new UsageError(phrase`--pattern is no regular expression: ${error.message}`);
  }
}

function consume(call: Call): Result {
  const { api, options, terminal } = call;
  const seconds = positive(options, "duration");
  const stops = [terminal.stopSignal(), ...seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)]];
  const pattern = readPattern(String(options.pattern ?? ""));
  return batches(rowsOf(api.events("/api/events?rates=false", AbortSignal.any(stops)), pattern, call));
}

/** Events of the feed itself, which are no events of the broker. */
const OF_FEED: Readonly<Record<string, (event: ServerEvent, call: Call) => void>> = {
  open: () => {},
  lost: ({ data }, { terminal, say }) =>
    terminal.complain(say(phrase`${data.events} events are lost: they are read too slowly.`)),
  closed({ data }) {
    throw failure(phrase`The stream of events has ended: ${data.reason}.`);
  },
};

async function* rowsOf(
  events: AsyncIterable<readonly ServerEvent[]>,
  pattern: Pattern,
  call: Call,
): AsyncGenerator<readonly Term[]> {
  for await (const batch of events) {
    const rows: Term[] = [];
    for (const event of batch) {
      if (Object.hasOwn(OF_FEED, event.name)) OF_FEED[event.name](event, call);
      else if (pattern.matches(event.name)) rows.push(termOf({ event: event.name, ...event.data }));
    }
    if (rows.length > 0) yield rows;
  }
}

const termOf = (value: JsonValue): Term => {
  if (Array.isArray(value)) return value.map(termOf);
  if (!isObject(value)) return value as Term;
  return row(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, termOf(member)])));
};
