import type { Message, Table, TableValue } from "../../api/types.ts";

/** An entry of the header x-death: deaths in one queue for one reason. */
export interface Death {
  readonly reason: string;
  readonly queue: string;
  /** The exchange to which the message was published then. */
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly count: number;
  /** In milliseconds since 1970. */
  readonly timeMs: number | undefined;
}

/** Dead letters that died last in one queue for one reason. */
export interface DeathGroup {
  readonly reason: string;
  readonly queue: string;
  readonly messages: readonly Message[];
  /** Time of the latest death. In milliseconds since 1970. */
  readonly latestMs: number | undefined;
}

/** Returns the deaths of a message, the last one first; none when it is no dead letter. */
export function deathsOf({ properties: { headers } }: Message): readonly Death[] {
  if (!isTable(headers)) return [];
  const deaths = headers["x-death"];
  return isList(deaths) ? deaths.filter(isTable).map(readDeath) : [];
}

function readDeath(entry: Table): Death {
  const { time, count } = entry;
  const keys = entry["routing-keys"];
  return {
    reason: textOf(entry.reason),
    queue: textOf(entry.queue),
    exchange: textOf(entry.exchange),
    routingKeys: isList(keys) ? keys.map(textOf) : [],
    count: typeof count === "number" ? count : 1,
    timeMs: typeof time === "number" ? time * 1000 : undefined,
  };
}

/** Groups dead letters by the reason and the queue of their last death: the largest group first. */
export function groupByDeath(messages: readonly Message[]): {
  readonly groups: readonly DeathGroup[];
  /** Messages without a death. */
  readonly others: readonly Message[];
} {
  const byDeath = Map.groupBy(messages, (message) => {
    const last = deathsOf(message).at(0);
    return last === undefined ? undefined : JSON.stringify([last.reason, last.queue]);
  });
  const groups: DeathGroup[] = [];
  for (const [key, members] of byDeath) {
    if (key === undefined) continue;
    const deaths = members.map((message) => deathsOf(message)[0]);
    const times = deaths.map(({ timeMs }) => timeMs).filter((timeMs) => timeMs !== undefined);
    const { reason, queue } = deaths[0];
    groups.push({ reason, queue, messages: members, latestMs: times.length > 0 ? Math.max(...times) : undefined });
  }
  groups.sort((a, b) => b.messages.length - a.messages.length || a.queue.localeCompare(b.queue));
  return { groups, others: byDeath.get(undefined) ?? [] };
}

/** Returns the API's filter for one dead letter: its address, headers, and as much of its body as is known. */
export function filterFor({ exchange, routing_key, properties, payload, payload_encoding, payload_bytes }: Message) {
  return {
    exchange,
    routing_key,
    ...isTable(properties.headers) && { headers: properties.headers },
    payload,
    payload_encoding,
    payload_bytes,
  };
}

const textOf = (value: TableValue | undefined): string => typeof value === "string" ? value : "";

const isList = (value: TableValue | undefined): value is readonly TableValue[] => Array.isArray(value);

const isTable = (value: TableValue | undefined): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);
