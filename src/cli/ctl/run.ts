import { joined, type Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import { type Say, sayIn } from "../texts/say.ts";
import type { Call } from "./call.ts";
import { columnsOf } from "./columns.ts";
import type { Command, ToolName } from "./command.ts";
import { CommandError, notEnoughArguments, tooManyArguments, UsageError } from "./command_error.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { describeFailure } from "./failures.ts";
import { FORMATTER_NAMES, formatterOf, FORMATTERS } from "./formatters/formatters.ts";
import { helpOf, overview, usageOf } from "./help.ts";
import { OutputClosed, type Terminal } from "../../runtime/terminal.ts";
import { nearestName } from "./nearest.ts";
import { type Page, pageOf } from "./page.ts";
import { findBroker, isNamed, type Surroundings } from "./find_broker.ts";
import { ManagementClient, NoBrokerError } from "./management_client.ts";
import {
  GLOBAL_LETTERS,
  GLOBAL_SWITCHES,
  type Options,
  parseArguments,
  type ParsedArguments,
  type Switches,
} from "./parser.ts";
import { didYouMean, notFound } from "./show_help.ts";
import { show } from "./show_result.ts";
import { languageOf } from "../language.ts";

const TABLE_SWITCHES: Switches = { table_headers: "boolean", pad_to_header: "boolean" };

/** Runs the command in the arguments of a program, and returns its exit code. */
export async function runTool(
  tool: ToolName,
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const say = await sayIn(
    languageOf(surroundings.environment),
    async () => (await import("./texts/russian.ts")).RUSSIAN,
  );
  try {
    const commands = COMMANDS.filter(({ tools }) => tools.includes(tool));
    return await runArguments(tool, args, commands, terminal, surroundings, say);
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.ok;
    if (!(error instanceof CommandError)) throw error;
    if (error.message + error.help !== "") terminal.complain(say(error.text), error.help);
    return error.exitCode;
  }
}

async function runArguments(
  tool: ToolName,
  given: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
  surroundings: Surroundings,
  say: Say,
): Promise<number> {
  const args = FIRST_ARGUMENTS[given[0]]?.(given) ?? given;
  const page = pageOf(terminal);
  if (args.length === 0) {
    throw new CommandError(EXIT.usage, verbatim(""), overview(tool, commands, page, say));
  }
  if (args.length === 1 && args[0] === "--help") {
    await terminal.draw([overview(tool, commands, page, say)]);
    return EXIT.ok;
  }
  const { positional: [name] } = parseArguments(args, GLOBAL_SWITCHES, GLOBAL_LETTERS);
  const command = commands.find((command) => command.name === name);
  if (command === undefined) {
    throw unknownCommand(tool, name, commands, page, say);
  }
  const parsed = parseFor(command, args);
  if (parsed.invalid.length > 0) {
    const lines = parsed.invalid.map(([name, value]) => `${name} : ${value}`);
    throw mistake(
      tool,
      command,
      args,
      terminal,
      new UsageError(joined([phrase`Invalid options for this command:`, ...lines], "\n")),
      say,
    );
  }
  if (parsed.options.help === true) {
    await terminal.draw([helpOf(tool, command, page, say)]);
    return EXIT.ok;
  }
  await runCommand(tool, command, commands, args, parsed, terminal, surroundings, say);
  return EXIT.ok;
}

/** Arguments that stand for a command. */
const FIRST_ARGUMENTS: Readonly<Record<string, (args: readonly string[]) => readonly string[]>> = {
  "--version": (args) => args.length === 1 ? ["version"] : args,
  "--auto-complete": ([, ...rest]) => ["autocomplete", ...rest],
};

function unknownCommand(
  tool: ToolName,
  name: string | undefined,
  commands: readonly Command[],
  page: Page,
  say: Say,
): CommandError {
  const all = () => overview(tool, commands, page, say);
  if (name === undefined) return new CommandError(EXIT.usage, verbatim(""), all());
  const nearest = nearestName(name, commands.map(({ name }) => name));
  const help = nearest === undefined ? all() : `${say(didYouMean(nearest))} \n`;
  return new CommandError(EXIT.usage, joined(["\n", notFound(name), " \n"], ""), help);
}

/** Parses all arguments for a command; the first positional one is its name. */
function parseFor(command: Command, args: readonly string[]): ParsedArguments {
  const { options: { formatter: name } } = parseArguments(args, GLOBAL_SWITCHES, GLOBAL_LETTERS);
  const formatter = formatterOf(name, command.formatter ?? "string");
  const switches = {
    ...GLOBAL_SWITCHES,
    ...(formatter.hasTableSwitches ? TABLE_SWITCHES : {}),
    ...command.switches,
  };
  const parsed = parseArguments(args, switches, { ...GLOBAL_LETTERS, ...command.letters });
  return { ...parsed, positional: parsed.positional.slice(1) };
}

async function runCommand(
  tool: ToolName,
  command: Command,
  commands: readonly Command[],
  given: readonly string[],
  parsed: ParsedArguments,
  terminal: Terminal,
  surroundings: Surroundings,
  say: Say,
): Promise<void> {
  const options: Options = { ...command.defaults, ...parsed.options };
  const { timeout } = options;
  const timeoutMs = typeof timeout === "number" ? timeout * 1000 : undefined;
  const api = new ManagementClient(await findBroker(options, surroundings), timeoutMs);
  let description: Promise<NodeDescription> | undefined;
  const described = () => description ??= describeNode(options, api);
  let node: Promise<string> | undefined;
  let knownNode: string | undefined;
  const call: Call = {
    tool,
    command,
    commands,
    args: parsed.positional,
    options,
    terminal,
    say,
    isBold: (surroundings.environment("NO_COLOR") ?? "") === "",
    api,
    node: () => node ??= described().then(({ name }) => knownNode = name),
  };
  try {
    checkNode(options);
    checkFormatter(options);
    checkArguments(call);
    // Without a broker the banner is not written.
    if (!command.isOffline) {
      await call.node();
      const problem = applicationProblem(command, (await described()).application);
      if (problem !== undefined) {
        throw refusal(tool, command, given, terminal, phrase`Error: ${problem}`, EXIT.usage, say);
      }
    }
    const formatter = formatterOf(options.formatter, command.formatter ?? "string");
    const isSilent = options.quiet === true || options.silent === true ||
      (options.formatter !== undefined && formatter.isMachineReadable);
    const banner = isSilent ? undefined : await command.banner?.(call);
    if (banner !== undefined) await terminal.print([say(banner)]);
    if (options.dry_run === true) return;
    await show(await command.run(call), call, formatter);
  } catch (error) {
    if (error instanceof UsageError) throw mistake(tool, command, given, terminal, error, say);
    throw describeFailure(error, call, knownNode);
  }
}

/** Checks the name of a node, as RabbitMQ does before it asks anyone. */
function checkNode({ node }: Options): void {
  if (node === undefined || /^[\w-]+(@[\w.-]+)?$/.test(String(node))) return;
  throw new CommandError(
    EXIT.data,
    phrase`Unsupported node name: node name head (the part before the @) is invalid. Only alphanumerics, _ and - characters are allowed.\nIf using FQDN node names, use the -l / --longnames argument`,
  );
}

function checkFormatter({ formatter }: Options): void {
  if (formatter === undefined || Object.hasOwn(FORMATTERS, String(formatter))) return;
  throw new UsageError(phrase`unknown formatter '${formatter}': it must be one of ${FORMATTER_NAMES.join(", ")}`);
}

function checkArguments({ command, args, options, terminal }: Call): void {
  const { takes, columns } = command;
  if (columns !== undefined) columnsOf(args, command);
  else if (takes !== undefined) {
    if (args.length < takes[0]) throw notEnoughArguments();
    if (args.length > takes[1]) throw tooManyArguments();
  }
  command.check?.(args, options, terminal);
}

/** What the node that answers is asked for before each command. */
interface NodeDescription {
  readonly name: string;
  readonly application: "running" | "starting" | "stopped";
}

/** Returns the description of the node that answers. Throws when another one was asked for. */
async function describeNode({ node }: Options, api: ManagementClient): Promise<NodeDescription> {
  const description = await api.get("/api/node") as unknown as NodeDescription;
  const { name } = description;
  if (node === undefined || isNamed(name, String(node))) return description;
  throw new NoBrokerError(
    phrase`The broker at ${api.route.place} is ${name}.\nLeave -n out, or name the data folder of another broker with --data-dir.`,
  );
}

/** Returns why a command can't run in a state of the node's application, in RabbitMQ's words. */
function applicationProblem(
  { needsApplication = "running" }: Command,
  application: NodeDescription["application"],
): Phrase | undefined {
  if (needsApplication === "running" && application !== "running") {
    return phrase`this command requires the 'rabbit' app to be running on the target node. Start it with 'rabbitmqctl start_app'.`;
  }
  if (needsApplication === "stopped" && application !== "stopped") {
    return phrase`this command requires the 'rabbit' app to be stopped on the target node. Stop it with 'rabbitmqctl stop_app'.`;
  }
  return undefined;
}

const mistake = (
  tool: ToolName,
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  { text, exitCode }: UsageError,
  say: Say,
): CommandError => refusal(tool, command, args, terminal, phrase`Error (argument validation): ${text}`, exitCode, say);

/** Returns the error of a command that is not run, with its usage. */
function refusal(
  tool: ToolName,
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  problem: Phrase,
  exitCode: ExitCode,
  say: Say,
): CommandError {
  const usage = usageOf(tool, command, pageOf(terminal), say);
  return new CommandError(exitCode, phrase`${problem}\nArguments given:\n\t${args.join(" ")}\n`, usage);
}
