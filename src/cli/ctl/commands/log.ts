import { phrase } from "../../../phrase/phrase.ts";
import { nodeObject } from "../answers.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { failure } from "../command_error.ts";
import { batches, list, type Result } from "../result.ts";
import type { Term } from "../term.ts";
import { DIAGNOSTICS } from "../tools.ts";
import { positive } from "./own_switches.ts";

const LINES = 50;
/** Part of the file's end in which lines are looked for first; it doubles until there are enough. In bytes. */
const END_BYTES = 64 * 1024;
/** Largest part that is read at once while the log grows. In bytes. */
const PART_BYTES = 256 * 1024;
/** Interval between looks at a file that has not grown. In milliseconds. */
const LOOK_MS = 250;
/** Length of a line that is shown before it ends. In characters. */
const LINE_MAX = 1024 * 1024;

/** Commands that show a node's log, from the file that it writes. */
export const LOG_COMMANDS: readonly Command[] = [
  {
    name: "log_tail",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Prints the last N lines of the log on the node",
    usage: "log_tail [--number|-N <number>]",
    help: [["<number>", "number of lines to print. Defaults to 50"]],
    switches: { number: "integer" },
    letters: { N: "number" },
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    check: (_, options) => void positive(options, "number"),
    banner: async (call) => phrase`Last ${call.options.number ?? LINES} log lines on node ${await call.node()} ...`,
    run: tail,
  },
  {
    name: "log_tail_stream",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Streams logs from a running node for a period of time",
    usage: "log_tail_stream [--duration|-d <seconds>]",
    help: [["<duration_in_seconds>", "duration in seconds to stream log. Defaults to infinity"]],
    switches: { duration: "integer" },
    letters: { d: "duration" },
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    check: (_, options) => void positive(options, "duration"),
    async banner(call) {
      const { duration } = call.options;
      return duration === undefined
        ? phrase`Streaming logs from node ${await call.node()} ...`
        : phrase`Streaming logs from node ${await call.node()} for ${duration} seconds ...`;
    },
    run: async (call) => batches(growth(await logFileOf(call), call)),
  },
];

async function tail(call: Call): Promise<Result> {
  const wanted = positive(call.options, "number") ?? LINES;
  const file = await logFileOf(call);
  const { size } = read(call, file, 0, 0);
  for (let length = END_BYTES;; length *= 2) {
    const start = Math.max(0, size - length);
    const text = new TextDecoder().decode(read(call, file, start, size - start).bytes);
    const lines = text.replace(/\n$/, "").split("\n").slice(start === 0 ? 0 : 1);
    if (lines.length >= wanted || start === 0) return list(size === 0 ? [] : lines.slice(-wanted));
  }
}

/** Returns what is added to a file from now on, in lines, until Ctrl-C or for the duration. */
async function* growth(file: string, call: Call): AsyncGenerator<readonly Term[]> {
  const seconds = positive(call.options, "duration");
  const limits = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)];
  const stop = AbortSignal.any([call.terminal.stopSignal(), ...limits]);
  const decoder = new TextDecoder();
  let at = read(call, file, 0, 0).size;
  let begun = "";
  while (!stop.aborted) {
    const { bytes, size } = read(call, file, at, PART_BYTES);
    // The log has begun a new file.
    if (size < at) at = 0;
    else if (bytes.length === 0) await lookLater(stop);
    at += bytes.length;
    const lines = (begun + decoder.decode(bytes, { stream: true })).split("\n");
    begun = lines.pop()!;
    if (begun.length > LINE_MAX) {
      lines.push(begun);
      begun = "";
    }
    if (lines.length > 0) yield lines;
  }
}

function lookLater(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, LOOK_MS);
    function end() {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    }
    stop.addEventListener("abort", end);
  });
}

/** Returns the path of the log's first file, which is on this machine. */
async function logFileOf(call: Call): Promise<string> {
  const [file] = (await nodeObject(call)).log_files as readonly string[] ?? [];
  if (file === undefined || file === "-") throw failure(phrase`No log files configured on the node`);
  if (!call.api.route.isLocal) {
    throw failure(
      phrase`The log is the file ${file} of the broker's machine: run this there, over its socket and not by --url.`,
    );
  }
  return file;
}

function read({ terminal }: Call, file: string, start: number, length: number) {
  try {
    return terminal.readPart(file, start, length);
  } catch (error) {
    throw failure(phrase`The log can't be read: ${(error as Error).message}`);
  }
}
