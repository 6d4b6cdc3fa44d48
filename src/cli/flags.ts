import { type Command, InvalidArgumentError, Option } from "commander";
import type { Flags as ConfigFlags } from "../config/sources.ts";
import type { Setting } from "../config/setting.ts";
import { parseMemoryLimit, parseSize } from "../config/size.ts";
import { parseTimeout } from "../config/value.ts";

/** Flags that stand for a key of the configuration, as they were written. */
export interface KeyFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly vmMemoryHighWatermark?: string;
  readonly diskFreeLimit?: string;
  readonly consumerTimeout?: string;
}

/** Adds the flags that stand for keys. */
export function addKeyFlags(command: Command): Command {
  return command
    .option("--host <address>", "the address to listen on; 0.0.0.0 or :: is all of the machine's (default: 127.0.0.1)")
    .option("--port <number>", "the port to listen on; 0 takes a free one (default: 5672)", checked(parsePort))
    .addOption(
      new Option(
        "--vm-memory-high-watermark <part or size>",
        "publishers are blocked when messages take more of the memory, such as 0.4 (the default) or 2GiB",
      ).argParser(checked(parseMemoryLimit)),
    )
    .addOption(
      new Option("--disk-free-limit <size>", "publishers are blocked when less is free on the disk (default: 50MB)")
        .argParser(checked(parseSize)),
    )
    .addOption(
      new Option(
        "--consumer-timeout <milliseconds>",
        "a channel is closed when a delivery was not acknowledged for so long; false is for ever (default: 1800000)",
      ).argParser(checked(parseTimeout)),
    )
    .option(
      "--config <file>",
      "a configuration file with RabbitMQ's keys; flags count for more than what it says " +
        "(default: haremq.conf or rabbitmq.conf, if there is one)",
    );
}

function parsePort(text: string): void {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new RangeError(`A port is a whole number from 0 to 65535, such as 5672: received "${text}".`);
  }
}

/** Has the command line's parser tell what is wrong with a value, which stays as it was written. */
function checked(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** The settings that flags stand for. */
export function settingsOfFlags(flags: KeyFlags): ConfigFlags {
  const { config, host, port, vmMemoryHighWatermark: watermark, diskFreeLimit, consumerTimeout } = flags;
  const settings: Setting[] = [];
  const add = (flag: string, key: string, value: string | undefined) => {
    if (value !== undefined) settings.push({ key: key.split("."), value, source: flag });
  };

  const address = host === undefined && port === undefined ? undefined : `${host ?? "127.0.0.1"}:${port ?? 5672}`;
  add(port === undefined ? "--host" : "--port", "listeners.tcp.flag", address);
  const isPart = watermark !== undefined && Number(watermark) <= 1;
  add("--vm-memory-high-watermark", `vm_memory_high_watermark.${isPart ? "relative" : "absolute"}`, watermark);
  add("--disk-free-limit", "disk_free_limit.absolute", diskFreeLimit);
  add("--consumer-timeout", "consumer_timeout", consumerTimeout);
  return { config, settings };
}
