import type { Entry } from "./transcript.ts";

const ESCAPE = "\x1b";

/** Parts of outputs that must differ between two brokers or two runs, and what is written in their place. */
const CHANGING: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Titles are bold in RabbitMQ 3.10 even where nobody sees it.
  [new RegExp(`${ESCAPE}\\[[01]m`, "g"), ""],
  // RabbitMQ's own logger writes to stderr, too.
  [/^\n\d\d:\d\d:\d\d\.\d+ \[warning\] .*\n/gm, ""],
  // The overview of commands has those of later versions; a test of its own compares it.
  [/^Available commands:\n[^]*?(?=^Use ')/gm, "Available commands: …\n"],
  [/rabbitmq-cluster-id-[\w-]{22}/g, "CLUSTER_ID"],
  // Identifiers of connections and channels, and ports of clients.
  [/<rabbit@localhost\.\d+\.\d+\.\d+>/g, "<process>"],
  [/^(guest\t127\.0\.0\.1\t)\d+/gm, "$1PORT"],
  [/127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+/g, "CLIENT -> SERVER"],
];

/** Ports of a broker. */
export interface Ports {
  readonly amqp: string;
  readonly http: string;
}

/** Commands whose rows have no order: RabbitMQ lists them as its tables in memory happen to have them. */
const LISTS = /^rabbitmq\S+ (?:-\S+ )*list_/;

/** Returns an entry with everything that must differ in one form. */
export function normalise(entry: Entry, ports: Ports): Entry {
  const { command, exitCode } = entry;
  const changing = [
    ...CHANGING,
    [new RegExp(`\\b${ports.amqp}\\b`, "g"), "AMQP_PORT"] as const,
    [new RegExp(`\\b${ports.http}\\b`, "g"), "HTTP_PORT"] as const,
    // They are sorted, and either may be lower.
    [/HTTP_PORT, AMQP_PORT/g, "AMQP_PORT, HTTP_PORT"] as const,
  ];
  const normal = (text: string) =>
    changing.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), text);
  const stdout = normal(entry.stdout);
  return { command, stdout: LISTS.test(command) ? sortLines(stdout) : stdout, stderr: normal(entry.stderr), exitCode };
}

/** A JSON array has commas before all items but the first; Erlang's list has brackets around all items. */
function sortLines(text: string): string {
  const lines = text.split("\n").map((line) =>
    line.replace(/^,(?=\{)/, "").replace(/^\[?( ?)\[\{/, "$1[{").replace(/\]\]$/, "],").trim()
  );
  return `${lines.filter((line) => line !== "").sort().join("\n")}\n`;
}
