import { type Command, Option } from "commander";
import type { Flags as ConfigFlags } from "../config/sources.ts";
import type { Setting } from "../config/setting.ts";
import { parseMemoryLimit, parseSize } from "../config/size.ts";
import { parseTimeout } from "../config/value.ts";
import { phrase, PhraseRangeError, textOfError } from "../phrase/phrase.ts";
import { FlagError } from "./mistakes.ts";

/** Flags that set a key of the configuration, as they were written. */
export interface KeyFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  /** False for none. */
  readonly managementPort?: string | false;
  /** False for none. */
  readonly prometheusPort?: string | false;
  readonly vmMemoryHighWatermark?: string;
  readonly diskFreeLimit?: string;
  readonly consumerTimeout?: string;
}

/** Adds the flags that set keys. */
export function addKeyFlags(command: Command): Command {
  return command
    .option(
      "--host <address>",
      "the address to listen on; 0.0.0.0 or :: for all addresses of the machine (default: 127.0.0.1)",
    )
    .option(
      "--port <number>",
      "the port to listen on; 0 for a free one (default: 5672)",
      checked("--port <number>", parsePort),
    )
    .option(
      "--management-port <number>",
      "the port of the management API; 0 for a free one (default: 15672)",
      checked("--management-port <number>", parsePort),
    )
    .option("--no-management-port", "serve the management API on no port")
    .option(
      "--prometheus-port <number>",
      "the port of metrics for Prometheus; 0 for a free one (default: 15692)",
      checked("--prometheus-port <number>", parsePort),
    )
    .option("--no-prometheus-port", "serve no metrics")
    .addOption(
      new Option(
        "--vm-memory-high-watermark <part or size>",
        "memory for messages above which publishers are blocked, such as 0.4 (the default) or 2GiB",
      ).argParser(checked("--vm-memory-high-watermark <part or size>", parseMemoryLimit)),
    )
    .addOption(
      new Option("--disk-free-limit <size>", "free disk space below which publishers are blocked (default: 50MB)")
        .argParser(checked("--disk-free-limit <size>", parseSize)),
    )
    .addOption(
      new Option(
        "--consumer-timeout <milliseconds>",
        "time in milliseconds after which an unacknowledged delivery closes its channel, or false (default: 1800000)",
      ).argParser(checked("--consumer-timeout <milliseconds>", parseTimeout)),
    )
    .option(
      "--config <file>",
      "a configuration file with RabbitMQ's keys; flags override it " +
        "(default: haremq.conf or rabbitmq.conf, if there is one)",
    );
}

function parsePort(text: string): void {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new PhraseRangeError(phrase`A port is a whole number from 0 to 65535, such as 5672: received "${text}".`);
  }
}

/** Makes the parser of the command line report an invalid value of a flag, and keeps a valid one as it was written. */
function checked(flag: string, check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw new FlagError(flag, text, textOfError(error as Error));
    }
  };
}

/** Returns the settings of flags. */
export function settingsOfFlags(flags: KeyFlags): ConfigFlags {
  const {
    config,
    host,
    port,
    managementPort,
    prometheusPort,
    vmMemoryHighWatermark: watermark,
    diskFreeLimit,
    consumerTimeout,
  } = flags;
  const settings: Setting[] = [];
  const add = (flag: string, key: string, value: string | undefined) => {
    if (value !== undefined) settings.push({ key: key.split("."), value, source: flag });
  };

  const address = host === undefined && port === undefined ? undefined : `${host ?? "127.0.0.1"}:${port ?? 5672}`;
  add(port === undefined ? "--host" : "--port", "listeners.tcp.flag", address);
  if (managementPort === false) add("--no-management-port", "management.tcp.listener", "none");
  else add("--management-port", "management.tcp.port", managementPort);
  if (prometheusPort === false) add("--no-prometheus-port", "prometheus.tcp.listener", "none");
  else add("--prometheus-port", "prometheus.tcp.port", prometheusPort);
  const isPart = watermark !== undefined && Number(watermark) <= 1;
  add("--vm-memory-high-watermark", `vm_memory_high_watermark.${isPart ? "relative" : "absolute"}`, watermark);
  add("--disk-free-limit", "disk_free_limit.absolute", diskFreeLimit);
  add("--consumer-timeout", "consumer_timeout", consumerTimeout);
  return { config, settings };
}
