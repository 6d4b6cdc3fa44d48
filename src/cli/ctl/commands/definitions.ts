import { type Phrase, phrase } from "../../../phrase/phrase.ts";
import { type Call, isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { badArgument, failure } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import type { Options } from "../parser.ts";
import { DONE, type Result, value } from "../result.ts";
import type { JsonValue } from "../term.ts";
import { CTL } from "../tools.ts";

/** Commands that export and import definitions. */
export const DEFINITIONS_COMMANDS: readonly Command[] = [
  {
    name: "export_definitions",
    tools: CTL,
    section: "definitions",
    description: "Exports definitions in JSON or compressed Erlang Term Format.",
    usage: 'export_definitions <file_path | "-"> [--format <json | erlang>]',
    help: [["<file>", "Local file path to export to. Pass a dash (-) for stdout."], [
      "--format",
      "output format to use: json or erlang",
    ]],
    guides: ["definitions"],
    switches: { format: "string" },
    hasTimeout: true,
    takes: [1, 1],
    defaults: { format: "json" },
    check: (_args, options) => checkFormat(options),
    banner: ({ args: [file], options }) =>
      file === "-" ? undefined : phrase`Exporting definitions in ${formatName(options)} to a file at "${file}" ...`,
    run: exportDefinitions,
  },
  {
    name: "import_definitions",
    tools: CTL,
    section: "definitions",
    description: "Imports definitions in JSON or compressed Erlang Term Format.",
    usage: 'import_definitions <file_path | "-"> [--format <json | erlang>] [--skip-if-unchanged]',
    help: [["[file]", "Local file path to import from. If omitted will be read from standard input"], [
      "--format",
      "input format to use: json or erlang",
    ], [
      "--skip-if-unchanged",
      "Avoids repetitive definition imports when file contents are unchanged. Target node must be configured accordingly",
    ]],
    guides: ["definitions"],
    switches: { format: "string", skip_if_unchanged: "boolean" },
    hasTimeout: true,
    takes: [0, 1],
    defaults: { format: "json", skip_if_unchanged: false },
    check([file], options, { fileExists }) {
      checkFormat(options);
      if (file !== undefined && file !== "-" && !fileExists(file)) {
        throw badArgument(phrase`File ${file} does not exist`);
      }
    },
    banner: ({ args: [file], options }) =>
      file === undefined || file === "-"
        ? phrase`Importing definitions in ${formatName(options)} from standard input ...`
        : phrase`Importing definitions in ${formatName(options)} from a file at "${file}" ...`,
    run: importDefinitions,
  },
];

function checkFormat({ format }: Options): void {
  if (String(format).toLowerCase() !== "json" && String(format).toLowerCase() !== "erlang") {
    throw badArgument(phrase`Format should be either json or erlang`);
  }
}

const formatName = ({ format }: Options): Phrase | string =>
  String(format).toLowerCase() === "json" ? "JSON" : phrase`Erlang term format`;

const ONLY_JSON = phrase`HareMQ reads and writes definitions in JSON only: leave --format out.`;

async function exportDefinitions(call: Call): Promise<Result> {
  const { api, args: [file], options, terminal } = call;
  if (String(options.format).toLowerCase() !== "json") throw failure(ONLY_JSON);
  const text = JSON.stringify(await api.get("/api/definitions"));
  if (file === "-") return value(text);
  try {
    terminal.writeTextFile(file, text);
  } catch (error) {
    throw failure(phrase`could not write to file ${file}: ${(error as Error).message}`);
  }
  return DONE;
}

async function importDefinitions(call: Call): Promise<Result> {
  const { api, args: [file], options, terminal } = call;
  if (String(options.format).toLowerCase() !== "json") throw failure(ONLY_JSON);
  const text = file === undefined || file === "-" ? terminal.readInput() : terminal.readTextFile(file);
  let definitions: JsonValue;
  try {
    definitions = JSON.parse(text) as JsonValue;
  } catch {
    throw failure(phrase`Failed to deserialise input (format: JSON) (error: it is no JSON)`, EXIT.data);
  }
  await api.post("/api/definitions", definitions);
  if (isQuiet(call)) return DONE;
  return value(phrase`Successfully started definition import. This process is asynchronous and can take some time.`);
}
