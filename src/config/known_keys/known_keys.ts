import { formatKey } from "../setting.ts";
import { AUTHENTICATION_KEYS } from "./authentication.ts";
import { EXCHANGE_PLUGIN_KEYS } from "./exchange_plugins.ts";
import { HAREMQ_KEYS } from "./haremq.ts";
import { MANAGEMENT_KEYS } from "./management.ts";
import { PEER_DISCOVERY_KEYS } from "./peer_discovery.ts";
import { PROTOCOL_KEYS } from "./protocols.ts";
import { CORE_KEYS } from "./rabbit.ts";
import { LOG_KEYS } from "./rabbit_log.ts";
import { NETWORK_KEYS } from "./rabbit_network.ts";

/** Types of keys by name; behind ` = ` the default in RabbitMQ's schema, if any. */
export type KnownKeys = Readonly<Record<string, string>>;

/** All keys of RabbitMQ 4.3 and its plugins, and HareMQ's own. `$x` in a name stands for one part with any text. */
export const KNOWN_KEYS: KnownKeys = {
  ...CORE_KEYS,
  ...LOG_KEYS,
  ...NETWORK_KEYS,
  ...AUTHENTICATION_KEYS,
  ...MANAGEMENT_KEYS,
  ...PEER_DISCOVERY_KEYS,
  ...PROTOCOL_KEYS,
  ...EXCHANGE_PLUGIN_KEYS,
  ...HAREMQ_KEYS,
};

export interface KnownKey {
  /** With `$x` in the place of any text. */
  readonly name: string;
  readonly type: string;
  /** Absent when RabbitMQ's schema has none. */
  readonly default?: string;
}

/** A tree of keys by their parts. */
interface Branch {
  readonly branches: Map<string, Branch>;
  key?: KnownKey;
}

const WILDCARD = "$";
let root: Branch | undefined;

/** Finds the key of a name: one that is equal before one with a part of any text. */
export function findKnownKey(parts: readonly string[]): KnownKey | undefined {
  return find(root ??= plant(), parts, 0);
}

function find(branch: Branch | undefined, parts: readonly string[], at: number): KnownKey | undefined {
  if (branch === undefined || at === parts.length) return branch?.key;
  return find(branch.branches.get(parts[at]), parts, at + 1) ?? find(branch.branches.get(WILDCARD), parts, at + 1);
}

function plant(): Branch {
  const root: Branch = { branches: new Map() };
  for (const [name, text] of Object.entries(KNOWN_KEYS)) {
    let branch = root;
    for (const part of name.split(".")) {
      const label = part.startsWith("$") ? WILDCARD : part;
      let next = branch.branches.get(label);
      if (next === undefined) branch.branches.set(label, next = { branches: new Map() });
      branch = next;
    }
    const [type, value] = text.split(" = ");
    branch.key = { name, type, default: value };
  }
  return root;
}

/** Returns the name of the most similar key. */
export function nearestKey(parts: readonly string[]): string {
  const wanted = formatKey(parts);
  let nearest = "";
  let least = Infinity;
  for (const name of Object.keys(KNOWN_KEYS)) {
    const written = formatKey(name.split(".").map((part, at) => part.startsWith("$") ? parts[at] ?? part : part));
    const distance = editDistance(wanted, written, least);
    if (distance < least) [nearest, least] = [written, distance];
  }
  return nearest;
}

/** Returns the number of characters to add, remove or change to make one text of another; at most `most`. */
function editDistance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) >= most) return most;
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, changed));
    }
    row = next;
  }
  return row[to.length];
}
