import { Command, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../connection/server_properties.ts";
import { ListenError, type Runtime } from "../runtime/runtime.ts";
import { LOG_THRESHOLDS, type LogThreshold } from "./log.ts";
import { startServer } from "./server.ts";

/** How long clients may take to say goodbye when the broker stops. */
const STOP_TIMEOUT_MS = 5000;

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogThreshold;
}

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
    .action((flags: Flags) => serve(runtime, flags))
    .configureOutput({
      writeOut: (text) => runtime.writeLine("stdout", text.trimEnd()),
      writeErr: (text) => runtime.writeLine("stderr", text.trimEnd()),
    })
    .exitOverride((error) => runtime.exit(error.exitCode));
  await command.parseAsync(runtime.args, { from: "user" });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError(`A port is a whole number from 0 to 65535, such as 5672: received "${text}".`);
  }
  return port;
}

async function serve(runtime: Runtime, flags: Flags): Promise<void> {
  let server;
  try {
    server = await startServer(runtime, flags);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    runtime.writeLine("stderr", error.message);
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
