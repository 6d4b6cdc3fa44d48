import type { Phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import type { FormatterName } from "./formatters/formatter.ts";
import type { Letters, Options, Switches } from "./parser.ts";
import type { Result } from "./result.ts";
import type { SectionName } from "./section_titles.ts";
import type { Terminal } from "../../runtime/terminal.ts";

/** The programs that commands belong to, by the names of their scripts. */
export type ToolName =
  | "rabbitmqctl"
  | "rabbitmq-diagnostics"
  | "rabbitmq-queues"
  | "rabbitmq-streams"
  | "rabbitmq-plugins"
  | "rabbitmq-upgrade"
  | "haremq";

/** One command: the parser, help, completion, manual and documentation are made from it. */
export interface Command {
  readonly name: string;
  /** Programs that have it. */
  readonly tools: readonly ToolName[];
  /** Section of the overview that it stands in. */
  readonly section: SectionName;
  /** What it does; a phrase without a full stop. */
  readonly description: string;
  /** Name and arguments. */
  readonly usage: string;
  /** Arguments and switches with their explanations. */
  readonly help?: readonly (readonly [argument: string, explanation: string])[];
  /** Documentation to read, by the name of the page. */
  readonly guides?: readonly string[];
  readonly switches?: Switches;
  readonly letters?: Letters;
  /** True when the help shows `--timeout`. */
  readonly hasTimeout?: boolean;
  /** Formatter without `--formatter`. Default: `string`. */
  readonly formatter?: FormatterName;
  /** Columns that it can show. */
  readonly columns?: readonly string[];
  /** Columns that it shows when none are named. */
  readonly defaultColumns?: readonly string[];
  /** Values of switches that are not given. */
  readonly defaults?: Options;
  /** Least and largest number of arguments. Commands with columns take any. */
  readonly takes?: readonly [least: number, largest: number];
  /** Checks arguments, and throws `UsageError`. */
  check?(args: readonly string[], options: Options, terminal: Terminal): void;
  /** True when it can answer without a running broker. */
  readonly isOffline?: boolean;
  /** State that the node's application must be in; `either` for commands of the node itself. Default: `running`. */
  readonly needsApplication?: "running" | "stopped" | "either";
  /** Lines above the output, for people. */
  banner?(call: Call): Phrase | undefined | Promise<Phrase | undefined>;
  run(call: Call): Result | Promise<Result>;
}
