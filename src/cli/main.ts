import { Command, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../connection/server_properties.ts";
import { FolderInUseError, FolderNotUsableError, ListenError, type Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { addDataCommands } from "./data.ts";
import { LOG_THRESHOLDS } from "./log.ts";
import { type ServerOptions, startServer } from "./server.ts";
import { parseMemoryLimit, parseSize } from "./size.ts";

/** Errors that say what to do to whoever starts the broker. */
const EXPECTED = [ListenError, FolderInUseError, FolderNotUsableError, StoreError];
/** How long clients may take to say goodbye when the broker stops. */
const STOP_TIMEOUT_MS = 5000;

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
        "publishers are blocked when messages take more of the memory, such as 0.4 or 2GiB",
      ).argParser(parseMemoryLimit).default({ part: 0.4 }, "0.4"),
    )
    .addOption(
      new Option("--disk-free-limit <size>", "publishers are blocked when less is free on the disk")
        .argParser(parseSize).default(50_000_000, "50MB"),
    )
    .allowExcessArguments()
    .action((flags: ServerOptions) => {
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

async function serve(runtime: Runtime, flags: ServerOptions): Promise<void> {
  let server;
  try {
    server = await startServer(runtime, flags);
  } catch (error) {
    if (!EXPECTED.some((type) => error instanceof type)) throw error;
    runtime.writeLine("stderr", (error as Error).message);
    runtime.exit(1);
  }
  const { log, close } = server;
  runtime.onStopSignal(async (signal) => {
    log("info", `${signal}: stopping`);
    const timer = setTimeout(() => runtime.exit(0), STOP_TIMEOUT_MS);
    await close();
    clearTimeout(timer);
    runtime.exit(0);
  });
}
