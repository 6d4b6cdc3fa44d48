import { Command, InvalidArgumentError, Option } from "commander";
import type { MeasuredBroker } from "./broker.ts";
import { RUNTIME_NAMES, type RuntimeName } from "./runtimes.ts";

/** Minimum number of messages of the scale cases, whose first and last tenth are timed. */
const MESSAGES_MIN = 1000;
/** Maximum number of messages, as they are numbered in 32 bits. */
const MESSAGES_MAX = 2 ** 32 - 1;

export interface Flags {
  /** Absent for all available runtimes. */
  readonly runtime?: readonly RuntimeName[];
  readonly compared: readonly MeasuredBroker[];
  /** Folder of another checkout, whose broker is measured beside. */
  readonly before?: string;
  readonly quick: boolean;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly only?: readonly string[];
  /** Number of messages in the scale cases. */
  readonly messages: number;
  readonly loadGenerator?: string;
  readonly json?: string;
}

type ParsedFlags = Omit<Flags, "compared"> & {
  readonly compare: readonly Labelled[];
  readonly comparePid: readonly Labelled[];
  readonly compareTlsPort: readonly Labelled[];
};

/** The value of a flag, with an optional label in front. */
interface Labelled {
  readonly label?: string;
  readonly value: string;
}

export function parseFlags(args: readonly string[]): Flags {
  const command: Command = new Command("bench")
    .description("Measures HareMQ over real sockets, beside other AMQP brokers if you like.")
    .addOption(
      new Option("--runtime <name...>", "what HareMQ runs on; default: the runtimes that are there").choices(
        RUNTIME_NAMES,
      ),
    )
    .option("--compare <[label=][user:password@]host:port[/vhost]>", "another AMQP broker; repeatable", collect, [])
    .option(
      "--compare-pid <[label=]pid>",
      "its process, so that its memory is measured; repeatable, in the brokers' order",
      collect,
      [],
    )
    .option(
      "--compare-tls-port <[label=]port>",
      "its port for TLS, so that this is measured too; repeatable, in the brokers' order",
      collect,
      [],
    )
    .option(
      "--before <folder>",
      "another checkout of HareMQ, with its packages, whose broker is measured on the same runtimes",
    )
    .option("--quick", "one round of the most telling cases, in less than 40 seconds", false)
    .option("--rounds <number>", "how often each case runs on each broker", positive)
    .option("--seconds <number>", "how long a run is measured", positive)
    .option("--only <text...>", "only cases whose name contains the text, such as latency or scale; repeatable")
    .option("--messages <number>", "how many messages the cases called scale and stream have", messageCount, 1_000_000)
    .option("--load-generator <path>", "a program with amqpload's flags that takes the place of bench/load.ts")
    .option("--json <file>", "also write the figures of all rounds to a file");
  const { compare, comparePid, compareTlsPort, ...flags } = command.parse(args, { from: "user" }).opts<ParsedFlags>();
  try {
    return { ...flags, compared: comparedBrokers(compare, comparePid, compareTlsPort) };
  } catch (error) {
    command.error((error as Error).message);
  }
}

function comparedBrokers(
  addresses: readonly Labelled[],
  pids: readonly Labelled[],
  tlsPorts: readonly Labelled[],
): MeasuredBroker[] {
  const brokers = addresses.map(({ label, value }, index): MeasuredBroker => {
    const url = URL.parse(`amqp://${value}`);
    if (url === null || url.port === "") {
      throw new RangeError(`--compare takes an address such as 127.0.0.1:5672: received "${value}"`);
    }
    return {
      label: label ?? url.host,
      target: {
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: Number(url.port),
        user: decodeURIComponent(url.username) || "guest",
        password: decodeURIComponent(url.password) || "guest",
        vhost: decodeURIComponent(url.pathname.slice(1)) || "/",
      },
      tlsPort: positiveOf(tlsPorts, label, index),
      pid: positiveOf(pids, label, index),
    };
  });
  const labels = brokers.map(({ label }) => label);
  const twin = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twin !== undefined) {
    throw new RangeError(`two brokers are called ${twin}: give them labels, such as --compare old=${twin}`);
  }
  for (const [flag, values] of [["--compare-pid", pids], ["--compare-tls-port", tlsPorts]] as const) {
    const orphan = values.find(({ label }, index) =>
      label === undefined ? index >= brokers.length : !labels.includes(label)
    );
    if (orphan !== undefined) throw new RangeError(`${flag} ${orphan.value} belongs to no --compare`);
  }
  return brokers;
}

/** Returns the number for a broker: the one with its label, or else the one at its place. */
function positiveOf(values: readonly Labelled[], label: string | undefined, index: number): number | undefined {
  const matching = label === undefined ? undefined : values.find((value) => value.label === label);
  const chosen = matching ?? (values[index]?.label === undefined ? values[index] : undefined);
  return chosen && positive(chosen.value);
}

function collect(text: string, before: readonly Labelled[]): readonly Labelled[] {
  const [, label, value] = /^(?:([^=@]+)=)?(.*)$/.exec(text)!;
  return [...before, { label, value }];
}

function messageCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < MESSAGES_MIN || value > MESSAGES_MAX) {
    throw new InvalidArgumentError(
      `A whole number from ${MESSAGES_MIN} to ${MESSAGES_MAX} is needed, such as 1000000: received "${text}".`,
    );
  }
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) {
    throw new InvalidArgumentError(`A number above 0 is needed: received "${text}".`);
  }
  return value;
}
