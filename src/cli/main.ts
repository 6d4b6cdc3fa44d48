import { Command, InvalidArgumentError, Option } from "commander";
import { type Config, ConfigError, DEFAULT_CONFIG, parseTimeout, readConfig } from "../config/config.ts";
import { parseMemoryLimit, parseSize } from "../config/size.ts";
import { VERSION } from "../amqp091/server_properties.ts";
import { FolderInUseError, FolderNotUsableError, ListenError, type Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { addDataCommands } from "./data.ts";
import { LOG_THRESHOLDS } from "./log.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

type Flags = Omit<ServerOptions, keyof Config> & Config & {
  readonly config?: string;
};

/** Errors that say what to do to whoever starts the broker. */
const EXPECTED = [ConfigError, ListenError, FolderInUseError, FolderNotUsableError, StoreError];
/** Whatever happens, the process ends so long after it was told to. What was confirmed is safe even then. */
const STOP_TIMEOUT_MS = 60_000;

/** Runs the command that the arguments give. */
export async function main(runtime: Runtime): Promise<void> {
  const command = new Command("haremq")
    .description("HareMQ, a message broker for RabbitMQ's users: serves AMQP 0-9-1 until SIGINT or SIGTERM.")
    .version(VERSION)
    .option("--host <address>", "the address to listen on; 0.0.0.0 or :: is all of the machine's", "127.0.0.1")
    .option("--port <number>", "the port to listen on; 0 takes a free one", parsePort, 5672)
    .addOption(
      new Option("--log-level <level>", "the least of what is logged").choices(LOG_THRESHOLDS).default("info"),
    )
    .option("--data-dir <folder>", "the folder in which everything durable is kept", "haremq-data")
    .option("--no-data-dir", "keep everything in memory, and lose it when the broker stops")
    .addOption(
      new Option(
        "--sync <when>",
        "when what was confirmed is on disk: always before the confirm; every 200 ms (interval) or when the system " +
          "likes (never), so that a power loss may take it",
      ).choices(["always", "interval", "never"]).default("always"),
    )
    .addOption(
      new Option(
        "--vm-memory-high-watermark <part or size>",
        "publishers are blocked when messages take more of the memory, such as 0.4 (the default) or 2GiB",
      ).argParser(orInvalid(parseMemoryLimit)),
    )
    .addOption(
      new Option("--disk-free-limit <size>", "publishers are blocked when less is free on the disk (default: 50MB)")
        .argParser(orInvalid((text) => ({ bytes: parseSize(text) }))),
    )
    .addOption(
      new Option(
        "--consumer-timeout <milliseconds>",
        "a channel is closed when a delivery was not acknowledged for so long; false is for ever (default: 1800000)",
      ).argParser(orInvalid(parseTimeout)),
    )
    .option("--config <file>", "a file with limits under RabbitMQ's keys; flags count for more than what it says")
    .allowExcessArguments()
    .action((flags: Flags) => {
      const [unknown] = command.args;
      if (unknown !== undefined) command.error(`error: unknown command '${unknown}', see haremq --help`);
      return serve(runtime, flags);
    })
    .configureOutput({
      writeOut: (text) => runtime.writeLine("stdout", text.trimEnd()),
      writeErr: (text) => runtime.writeLine("stderr", text.trimEnd()),
    })
    .exitOverride((error) => runtime.exit(error.exitCode));
  addDataCommands(command, runtime);
  await command.parseAsync(runtime.args, { from: "user" });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError(`A port is a whole number from 0 to 65535, such as 5672: received "${text}".`);
  }
  return port;
}

/** Has the command line's parser tell what is wrong with a value. */
function orInvalid<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** What the configuration file says, if there is one. Throws `ConfigError`. */
function configOf(runtime: Runtime, file: string | undefined): Config {
  if (file === undefined) return {};
  let text: string;
  try {
    text = runtime.readTextFile(file);
  } catch (error) {
    throw new ConfigError(`The configuration file ${file} can't be read: ${(error as Error).message}`);
  }
  return readConfig(text, file);
}

async function serve(runtime: Runtime, flags: Flags): Promise<void> {
  let starting: Promise<Server>;
  // From the start on: who is told to stop meanwhile stops as soon as it has started, and not in the middle of that.
  runtime.onStopSignal(async (signal) => {
    const { log, close } = await starting;
    log("info", `${signal}: stopping`);
    const timer = setTimeout(() => runtime.exit(1), STOP_TIMEOUT_MS);
    await close();
    clearTimeout(timer);
    runtime.exit(0);
  });
  try {
    starting = startServer(runtime, { ...DEFAULT_CONFIG, ...configOf(runtime, flags.config), ...flags });
    await starting;
  } catch (error) {
    if (!EXPECTED.some((type) => error instanceof type)) throw error;
    runtime.writeLine("stderr", (error as Error).message);
    runtime.exit(1);
  }
}
