import { Command, CommanderError, type HelpConfiguration, Option } from "commander";
import { ConfigError, readConfig } from "../config/config.ts";
import { effectiveSetting } from "../config/effective.ts";
import { changeNames, namesAt } from "../config/lists.ts";
import { change, type Reload, reload as reloadSettings } from "../config/reload.ts";
import type { Setting } from "../config/setting.ts";
import { LOG_LEVELS } from "../config/log_level.ts";
import { VERSION } from "../amqp091/server_properties.ts";
import { FolderInUseError, FolderNotUsableError, ListenError, type Runtime } from "../runtime/runtime.ts";
import type { RunningSettings } from "../http/server_control.ts";
import { DefinitionsError } from "../definitions/problem.ts";
import { StoreError } from "../store/error.ts";
import { addConfigCommands, describeSettings } from "./config.ts";
import { addDataCommands } from "./data.ts";
import { addDefinitionsCommands } from "./definitions_commands.ts";
import { readSettings } from "./encrypted_settings.ts";
import { addKeyFlags, type KeyFlags, settingsOfFlags } from "./flags.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";
import { FlagError, mistakeOf, UNKNOWN_COMMAND } from "./mistakes.ts";
import { type Person, personOf } from "./person.ts";
import { helpIn } from "./translated_help.ts";
import { ENGLISH, type Say } from "./texts/say.ts";
import { phrase, textOfError } from "../phrase/phrase.ts";
import { OWN_COMMANDS } from "./own_commands.ts";
import { TOOLS } from "./tools.ts";
import { pageOf } from "./ctl/page.ts";
import { wrapLines } from "./wrap.ts";

type Flags = KeyFlags & Pick<ServerOptions, "logLevel" | "dataDir" | "sync">;

/** Errors whose message tells the operator what to do, shown without a stack. */
const EXPECTED = [ConfigError, ListenError, FolderInUseError, FolderNotUsableError, StoreError, DefinitionsError];
/** Time limit of a stop, after which the process exits. Confirmed messages are safe even then. In milliseconds. */
const STOP_TIMEOUT_MS = 60_000;

/** Runs the command in the arguments. */
export async function main(runtime: Runtime): Promise<void> {
  const person = personOf(runtime);
  try {
    await commandsOf(runtime, person, SILENCE).parseAsync(runtime.args, { from: "user" });
  } catch (error) {
    if (error instanceof FlagError) {
      await person.complain(error.text);
      return runtime.exit(1);
    }
    if (!(error instanceof CommanderError)) throw error;
    if (error.message.startsWith("error: ")) {
      await person.complain(mistakeOf(error));
      return runtime.exit(error.exitCode);
    }
    // Help, or the version: it is written by the commands themselves, with what only they need.
    const manner = await speaking(runtime, person);
    await commandsOf(runtime, person, manner).parseAsync(runtime.args, { from: "user" });
  }
}

/** How commander writes, and what it does in the end. */
interface Manner {
  readonly say: Say;
  readonly help: HelpConfiguration;
  /** Width for which the list of tools is laid out. In columns. */
  readonly width: number;
  write(stream: "stdout" | "stderr", text: string): void;
  end(error: CommanderError): never;
}

/** Commander writes nothing, and throws what it would have ended with. */
export const SILENCE: Manner = {
  say: ENGLISH,
  help: {},
  width: Infinity,
  write() {},
  end(error) {
    throw error;
  },
};

async function speaking(runtime: Runtime, person: Person): Promise<Manner> {
  const { NodeTerminal } = await import("../runtime/node_terminal.ts");
  const say = await person.say();
  return {
    say,
    help: say === ENGLISH ? {} : helpIn(say),
    width: pageOf(new NodeTerminal(runtime)).width,
    write: (stream, text) => runtime.writeLine(stream, text.trimEnd()),
    end: ({ exitCode }) => runtime.exit(exitCode),
  };
}

/** Width of the explanations of flags below which they are not wrapped. In columns. */
const HELP_WIDTH_MIN = 20;

/** Returns the server with its subcommands. */
export function commandsOf(runtime: Runtime, person: Person, { say, help, width, write, end }: Manner): Command {
  const command = new Command("haremq")
    .configureHelp({ ...help, minWidthToWrap: HELP_WIDTH_MIN })
    .description("HareMQ, a message broker for RabbitMQ's users: serves AMQP 0-9-1 until SIGINT or SIGTERM.")
    .version(VERSION);
  addKeyFlags(command)
    .addOption(
      new Option("--log-level <level>", "the lowest level that is logged (default: info)").choices(LOG_LEVELS),
    )
    .option("--data-dir <folder>", "the folder for everything durable", "haremq-data")
    .option("--no-data-dir", "keep everything in memory, and lose it when the broker stops")
    .addOption(
      new Option(
        "--sync <when>",
        "when confirmed messages are on disk: always before the confirm; every 200 ms (interval) or whenever the system " +
          "decides (never), so that a power loss may take them",
      ).choices(["always", "interval", "never"]).default("always"),
    )
    .allowExcessArguments()
    .action((flags: Flags) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        command.error(`error: unknown command '${unknown}', see haremq --help`, { code: UNKNOWN_COMMAND });
      }
      return serve(runtime, flags, person);
    })
    .addHelpText("after", () => wrapLines(toolsHelp(say), width))
    .configureOutput({ writeOut: (text) => write("stdout", text), writeErr: (text) => write("stderr", text) })
    .exitOverride(end);
  addDataCommands(command, runtime, person);
  addConfigCommands(command, runtime, person);
  addDefinitionsCommands(command, runtime, person);
  return command;
}

/** Returns the part of the help that lists the programs beside the server. */
function toolsHelp(say: Say): string {
  const tools = TOOLS.map(({ subcommand, description }) => `  ${subcommand.padEnd(12)}${say(description)}\n`);
  const own = say(
    phrase`look at messages, move, send and receive them, and watch the broker: see haremq peek --help`,
  );
  const links = say(phrase`make links to the tools under RabbitMQ's names`);
  const completion = say(phrase`write a script that completes commands in bash, zsh or fish`);
  return `\n${say(phrase`Tools:`)}\n${tools.join("")}  ${OWN_COMMANDS.join(", ")}\n              ${own}\n` +
    `  install-links <folder>  ${links}\n  completion <shell>      ${completion}\n`;
}

async function serve(runtime: Runtime, flags: Flags, person: Person): Promise<void> {
  let starting: Promise<Server>;
  let settings: readonly Setting[] = [];
  let configFiles: readonly string[] = [];
  const gather = async () => {
    const { settings, files } = await readSettings(runtime, settingsOfFlags(flags));
    configFiles = files;
    return settings;
  };

  const apply = async ({ config, settings: changed, lines }: Reload) => {
    const { log, reload } = await starting;
    await reload(config);
    settings = changed;
    for (const line of lines) log("info", line);
  };
  const reloadConfig = async () => {
    const { log } = await starting;
    try {
      const gathered = await gather();
      await apply(reloadSettings(settings, gathered));
      log("info", "The configuration was reloaded.");
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split("\n")) log("error", `The configuration is unchanged: ${line}`);
    }
  };

  let isStopping = false;
  const stop = async (why: string) => {
    const { log, close } = await starting;
    if (isStopping) return;
    isStopping = true;
    log("info", `${why}: stopping`);
    const timer = setTimeout(() => runtime.exit(1), STOP_TIMEOUT_MS);
    await close();
    clearTimeout(timer);
    runtime.exit(0);
  };
  const start = async () => {
    settings = await gather();
    const { logLevel, dataDir, sync } = flags;
    const runningSettings: RunningSettings = {
      get(name) {
        const names = namesAt(settings, name);
        return names === undefined ? effectiveSetting(settings, name.split(".")) : { value: names };
      },
      async set(name, value) {
        const source = "management API";
        try {
          await apply(
            typeof value === "string"
              ? change(settings, { key: name.split("."), value, source })
              : changeNames(settings, name, value, source),
          );
        } catch (error) {
          if (error instanceof ConfigError) return error.message;
          throw error;
        }
      },
    };
    const effectiveConfig = () => `${describeSettings(settings).join("\n")}\n`;
    return await startServer(runtime, {
      logLevel,
      dataDir,
      sync,
      effectiveConfig,
      runningSettings,
      configFiles,
      stop: () => void stop("management API"),
      ...readConfig(settings),
    });
  };

  // Registered first: a signal during the start stops the broker right after the start, and not in the middle.
  runtime.onStopSignal(stop);
  runtime.onReloadSignal(reloadConfig);
  try {
    starting = start();
    await starting;
  } catch (error) {
    if (!EXPECTED.some((type) => error instanceof type)) throw error;
    await person.complain(textOfError(error as Error));
    runtime.exit(1);
  }
}
