import { joined, type Phrase, phrase } from "../../../phrase/phrase.ts";
import { type Call, vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { path } from "../management_client.ts";
import { DEFAULT_EXCHANGE } from "../message_lines.ts";
import { visibleJson } from "../../../runtime/visible.ts";
import { MessageWriter } from "../poll_messages.ts";
import { type Result, SILENCE } from "../result.ts";
import type { JsonObject, JsonValue } from "../term.ts";
import {
  COUNT_HELP,
  FILTER_HELP,
  FILTER_SWITCHES,
  filterOf,
  JSON_HELP,
  JSON_SWITCH,
  objectOf,
  positive,
} from "./own_switches.ts";

/** Number of messages that a peek shows when nothing else is asked for. */
const PEEK_DEFAULT = 10;

const VHOST_HELP = ["-p <vhost>", "Virtual host (default: /)"] as const;

/** Commands that look at messages, and move them (HareMQ only). */
export const MESSAGES_COMMANDS: readonly Command[] = [
  {
    name: "peek",
    tools: ["haremq"],
    section: "queues",
    description: "Shows messages of a queue, and leaves them as they are",
    usage: "peek [-p <vhost>] [--count <n>] [--offset <offset>] [--json] <queue>",
    help: [
      ["<queue>", "Name of the queue"],
      COUNT_HELP(`Number of messages (default: ${PEEK_DEFAULT})`),
      ["--offset <offset>", "Offset of the first message of a stream"],
      JSON_HELP,
      VHOST_HELP,
    ],
    switches: { ...JSON_SWITCH, count: "integer", offset: "integer" },
    takes: [1, 1],
    run: peek,
  },
  {
    name: "move",
    tools: ["haremq"],
    section: "queues",
    description: "Moves messages from one queue to another",
    usage:
      "move [-p <vhost>] [--count <n>] [--exchange <exchange>] [--routing-key <key>] [--headers <JSON>] [--copy] " +
      "[--json] <source> <destination>",
    help: [
      ["<source>", "Name of the queue that has the messages"],
      ["<destination>", "Name of the queue that gets them"],
      COUNT_HELP("Number of messages (default: all that are ready)"),
      ...FILTER_HELP,
      ["--copy", "Leaves the messages in the source, too"],
      JSON_HELP,
      VHOST_HELP,
    ],
    switches: { ...JSON_SWITCH, ...FILTER_SWITCHES, count: "integer", copy: "boolean" },
    takes: [2, 2],
    run(call) {
      const { args: [source, destination], options: { copy } } = call;
      const verb = copy === true ? "copy" : "move";
      return transfer(call, path`/api/queues/${vhostOf(call)}/${source}/` + verb, {
        destination,
        filter: filterOf(call),
      });
    },
  },
  {
    name: "resend",
    tools: ["haremq"],
    section: "queues",
    description: "Moves dead letters back to the queues in which they died",
    usage: "resend [-p <vhost>] [--count <n>] [--reason <reason>] [--from <queue>] [--last] " +
      "[--exchange <exchange>] [--routing-key <key>] [--headers <JSON>] [--json] <queue>",
    help: [
      ["<queue>", "Name of the queue that has the dead letters"],
      COUNT_HELP("Number of messages (default: all that are ready)"),
      ["--reason <reason>", "Only messages that died so: rejected, expired, maxlen or delivery_limit"],
      ["--from <queue>", "Only messages that died in this queue"],
      ["--last", "Only messages whose last death was so, whatever they died of before"],
      ...FILTER_HELP,
      JSON_HELP,
      VHOST_HELP,
    ],
    switches: {
      ...JSON_SWITCH,
      ...FILTER_SWITCHES,
      count: "integer",
      reason: "string",
      from: "string",
      last: "boolean",
    },
    takes: [1, 1],
    run(call) {
      const { options: { from, last } } = call;
      const filter = {
        ...filterOf(call, "reason"),
        ...(from === undefined ? {} : { queue: String(from) }),
        ...(last === true ? { last_death: true } : {}),
      };
      return transfer(call, path`/api/queues/${vhostOf(call)}/${call.args[0]}/resend`, { filter });
    },
  },
  {
    name: "route",
    tools: ["haremq"],
    section: "queues",
    description: "Shows where a message would go, without publishing it",
    usage: "route [-p <vhost>] [--properties <JSON>] [--json] <exchange> [<routing key>]",
    help: [
      ["<exchange>", "Name of the exchange, or amq.default"],
      ["<routing key>", "Routing key of the message (default: none)"],
      ["--properties <JSON>", "Properties of the message, with its headers"],
      JSON_HELP,
      VHOST_HELP,
    ],
    switches: { ...JSON_SWITCH, properties: "string" },
    takes: [1, 2],
    run: route,
  },
];

async function peek(call: Call): Promise<Result> {
  const { api, args: [queue], options, terminal, say } = call;
  const count = positive(options, "count") ?? PEEK_DEFAULT;
  const asked: Record<string, JsonValue> = { count, ackmode: "peek", encoding: "auto" };
  if (options.offset !== undefined) asked.offset = options.offset;
  const messages = await api.post(path`/api/queues/${vhostOf(call)}/${queue}/get`, asked) as readonly JsonObject[];
  await new MessageWriter(terminal, say, options.json === true ? "json" : "message").write(messages);
  return SILENCE;
}

/** The numbers in an answer, in the order in which they are told. */
const COUNTS: Readonly<Record<string, (count: JsonValue) => Phrase>> = {
  moved: (count) => phrase`${count} moved`,
  copied: (count) => phrase`${count} copied`,
  resent: (count) => phrase`${count} resent`,
  skipped: (count) => phrase`${count} skipped`,
  refused: (count) => phrase`${count} refused`,
};

async function transfer({ api, options, terminal, say }: Call, path: string, body: JsonObject): Promise<Result> {
  const count = positive(options, "count");
  const answer = await api.post(path, { ...body, ...(count === undefined ? {} : { count }) }) as JsonObject;
  const text = Object.entries(COUNTS).filter(([name]) => answer[name] !== undefined)
    .map(([name, count]) => say(count(answer[name]))).join(", ");
  await terminal.print([options.json === true ? visibleJson(JSON.stringify(answer)) : text]);
  return SILENCE;
}

async function route(call: Call): Promise<Result> {
  const { api, args: [exchange, routingKey = ""], options, terminal, say } = call;
  const answer = await api.post(path`/api/exchanges/${vhostOf(call)}/${exchange}/route`, {
    routing_key: routingKey,
    properties: objectOf(options, "properties"),
  });
  if (options.json === true) {
    await terminal.print([visibleJson(JSON.stringify(answer))]);
    return SILENCE;
  }
  const { queues, delayed_by: delayedBy } = answer as unknown as RouteAnswer;
  const lines = queues.map(({ path }) => path.map((hop, at) => say(hopText(hop, at))).join(""));
  const delays = delayedBy.map((name) => say(phrase`The exchange ${name} delays it first.`));
  await terminal.print(queues.length === 0 ? [say(phrase`No queue gets it.`), ...delays] : [...lines, ...delays]);
  return SILENCE;
}

interface RouteAnswer {
  readonly queues: readonly { readonly name: string; readonly path: readonly HopAnswer[] }[];
  readonly delayed_by: readonly string[];
}

interface HopAnswer {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: "queue" | "exchange";
  readonly routing_key?: string;
  readonly alternate?: boolean;
}

const KINDS: Readonly<Record<HopAnswer["destination_type"], Phrase>> = {
  queue: phrase`queue`,
  exchange: phrase`exchange`,
};

/** Returns a step of a route; the first one begins with the exchange. */
function hopText(hop: HopAnswer, at: number): Phrase {
  const { source, destination, destination_type: kind, routing_key: key = "", alternate } = hop;
  const begin = at === 0 ? (source === "" ? DEFAULT_EXCHANGE : source) : "";
  const why = alternate === true ? phrase` (alternate)` : key === "" ? "" : ` (${key})`;
  return joined([begin, why, " -> ", KINDS[kind], " ", destination], "");
}
