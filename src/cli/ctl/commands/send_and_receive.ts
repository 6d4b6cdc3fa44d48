import { phrase } from "../../../phrase/phrase.ts";
import { type Call, textOf, vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { failure, UsageError } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { path } from "../management_client.ts";
import { MessageWriter, pollMessages } from "../poll_messages.ts";
import { readTap } from "../read_tap.ts";
import { type Result, SILENCE } from "../result.ts";
import { isObject, type JsonObject, type JsonValue } from "../term.ts";
import { COUNT_HELP, JSON_SWITCH, objectOf, PLACE_LETTERS, PLACE_SWITCHES, positive } from "./own_switches.ts";

/** Messages that are kept for a tail that can't write them fast enough. */
const TAIL_MAX_LENGTH = 10_000;
/** Time after which the queue of a tail that was killed deletes itself. In milliseconds. */
const TAIL_EXPIRES_MS = 60_000;
/** Maximum number of messages of a classic or quorum queue that a tail shows in a second. */
const TAIL_RATE = 100;
/** Maximum number of messages in a request. */
const BATCH_MAX = 1000;

/** Commands for scripts and for watching (HareMQ only). */
export const SEND_AND_RECEIVE_COMMANDS: readonly Command[] = [
  {
    name: "send",
    tools: ["haremq"],
    section: "queues",
    description: "Publishes each line of standard input as a message",
    usage: "send [-p <vhost>] (-q <queue> | -e <exchange> [-k <routing key>]) [--properties <JSON>] [--json]",
    help: [
      ["-q <queue>", "Name of the queue"],
      ["-e <exchange>", "Name of the exchange"],
      ["-k <routing key>", "Routing key"],
      ["--properties <JSON>", 'Properties of all messages, such as {"content_type":"text/plain"}'],
      ["--json", "Each line is a JSON object with payload, payload_encoding, routing_key and properties"],
    ],
    switches: { ...JSON_SWITCH, ...PLACE_SWITCHES, properties: "string" },
    letters: PLACE_LETTERS,
    takes: [0, 0],
    check: (_, options) => checkPlace(options),
    run: send,
  },
  {
    name: "receive",
    tools: ["haremq"],
    section: "queues",
    description: "Takes messages of a queue, and writes each as a line of standard output",
    usage: "receive [-p <vhost>] [--count <n>] [--wait <seconds>] [--json] -q <queue>",
    help: [
      ["-q <queue>", "Name of the queue"],
      COUNT_HELP("Number of messages after which it ends (default: none)"),
      ["--wait <seconds>", "Time without a message after which it ends (default: none)"],
      ["--json", "Each line is a JSON object with payload, payload_encoding, routing_key and properties"],
    ],
    switches: { ...JSON_SWITCH, queue: "string", count: "integer", wait: "integer" },
    letters: { q: "queue" },
    takes: [0, 0],
    check(_, { queue }) {
      if (queue === undefined) throw new UsageError(phrase`name a queue with -q.`);
    },
    run: receive,
  },
  {
    name: "tail",
    tools: ["haremq"],
    section: "observability_and_health_checks",
    description: "Shows messages as they come by, without disturbing them",
    usage:
      "tail [-p <vhost>] [--count <n>] [--wait <seconds>] [--json] (-q <queue> | -e <exchange> [-k <routing key>])",
    help: [
      ["-q <queue>", `Name of the queue: of a classic or quorum queue up to ${TAIL_RATE} messages a second are shown`],
      ["-e <exchange>", "Name of the exchange"],
      ["-k <routing key>", "Binding key (default: # for all of a topic exchange)"],
      COUNT_HELP("Number of messages after which it ends (default: none)"),
      ["--wait <seconds>", "Time without a message after which it ends (default: none)"],
      ["--json", "Writes each message as JSON on a line of its own"],
    ],
    switches: { ...JSON_SWITCH, ...PLACE_SWITCHES, count: "integer", wait: "integer" },
    letters: PLACE_LETTERS,
    takes: [0, 0],
    check: (_, options) => checkPlace(options),
    run: (call) => call.options.queue === undefined ? tailExchange(call) : tailQueue(call),
  },
];

function checkPlace({ queue, exchange }: Call["options"]): void {
  if ((queue === undefined) === (exchange === undefined)) {
    throw new UsageError(phrase`name either a queue or an exchange.`);
  }
}

async function send(call: Call): Promise<Result> {
  const { api, options, terminal } = call;
  const exchange = options.queue === undefined ? textOf(call, "exchange") : "amq.default";
  const routingKey = options.queue === undefined ? textOf(call, "routing_key") : textOf(call, "queue");
  const properties = objectOf(options, "properties");
  // What was received carries the routing key of the queue that it came from, which must not bring it back there.
  const fixed = options.queue === undefined ? {} : { routing_key: routingKey };
  const counts = { routed: 0, unroutable: 0, refused: 0 };
  let at = 0;
  for (let lines = terminal.readLines(); lines !== undefined; lines = terminal.readLines()) {
    for (let first = 0; first < lines.length; first += BATCH_MAX) {
      const messages = lines.slice(first, first + BATCH_MAX).map((line) => {
        at++;
        const message = options.json === true ? messageIn(line, at) : { payload: line };
        return { routing_key: routingKey, properties, ...message, ...fixed };
      });
      const url = path`/api/exchanges/${vhostOf(call)}/${exchange}/messages`;
      const answer = await api.post(url, { messages }) as unknown as typeof counts;
      for (const name of ["routed", "unroutable", "refused"] as const) counts[name] += answer[name];
    }
  }
  if (counts.unroutable + counts.refused > 0) {
    throw failure(
      phrase`${counts.routed} routed, ${counts.unroutable} unroutable, ${counts.refused} refused by a queue`,
    );
  }
  return SILENCE;
}

function messageIn(line: string, at: number): JsonObject {
  const message = objectIn(line);
  if (message === undefined) throw failure(phrase`line ${at} is no JSON object: ${line}`, EXIT.data);
  if (message.payload === undefined) throw failure(phrase`line ${at} has no payload: ${line}`, EXIT.data);
  return message;
}

function objectIn(line: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns when to end. */
const endOf = ({ options, terminal }: Call) => ({
  count: positive(options, "count"),
  waitSeconds: positive(options, "wait"),
  stop: terminal.stopSignal(),
});

async function receive(call: Call): Promise<Result> {
  const writer = new MessageWriter(call.terminal, call.say, call.options.json === true ? "json" : "payload");
  await pollMessages(call.api, vhostOf(call), textOf(call, "queue"), endOf(call), writer, { isAcknowledged: true });
  return SILENCE;
}

const tailWriter = ({ terminal, say, options }: Call) =>
  new MessageWriter(terminal, say, options.json === true ? "json" : "message");

/** Follows a stream, or taps a queue of another type. */
async function tailQueue(call: Call): Promise<Result> {
  const queue = textOf(call, "queue");
  const at = path`/api/queues/${vhostOf(call)}/${queue}`;
  const { type } = await call.api.get(at) as JsonObject;
  if (type === "stream") {
    const options = { isAcknowledged: true, offset: "next" };
    await pollMessages(call.api, vhostOf(call), queue, endOf(call), tailWriter(call), options);
  } else await readTap(call.api, `${at}/tap?rate=${TAIL_RATE}`, endOf(call), tailWriter(call), call.terminal, call.say);
  return SILENCE;
}

/** Binds a queue of its own to the exchange. */
async function tailExchange(call: Call): Promise<Result> {
  const { api, options } = call;
  const [vhost, exchange] = [vhostOf(call), textOf(call, "exchange")];
  const end = endOf(call);
  const queue = `haremq.tail.${crypto.randomUUID()}`;
  const at = path`/api/queues/${vhost}/${queue}`;
  await api.put(at, {
    durable: false,
    arguments: { "x-expires": TAIL_EXPIRES_MS, "x-max-length": TAIL_MAX_LENGTH },
  });
  try {
    await api.post(path`/api/bindings/${vhost}/e/${exchange}/q/${queue}`, {
      routing_key: options.routing_key ?? "#",
      arguments: {},
    });
    await pollMessages(api, vhost, queue, end, tailWriter(call), { isAcknowledged: false });
  } finally {
    await api.delete(at);
  }
  return SILENCE;
}
