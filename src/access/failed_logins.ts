import type { Answer, Peer, Refusal } from "./access.ts";
import type { AccessClock } from "./clock.ts";

/** Number of failures of a peer that are answered at once. */
const FREE_MAX = 5;
/** Delay of the first failure beyond those; it doubles with each further one. In milliseconds. */
const DELAY_MS = 100;
const DELAY_MAX_MS = 2000;
/** Maximum number of failures that count for a peer's delay. */
const COUNT_MAX = 20;
/** Time after which one failure of a peer is forgotten. In milliseconds. */
const FORGET_MS = 10_000;
/**
 * Maximum number of delayed refusals of one peer. Beyond it the peer is refused at once, even with a right password.
 */
const WAITING_MAX = 100;
/** Maximum number of peers with failures that are kept. Beyond it the one whose last failure is oldest is forgotten. */
const PEERS_MAX = 10_000;

const TOO_MANY: Refusal = { refused: "too many failed logins from this peer" };

interface Failures {
  count: number;
  /** Time at which `count` was right. */
  atMs: number;
  waiting: number;
}

/**
 * Slows down the guessing of passwords. The refusals of a peer that fails often are delayed longer and longer, and only
 * a few may wait at a time, so that more connections do not help. A right password is never delayed, and other peers
 * are not affected. Peers inside the process are not slowed down.
 */
export class FailedLogins {
  readonly #clock: AccessClock;
  readonly #peersMax: number;
  /** By address, ordered by the time of the last failure. */
  readonly #peers = new Map<string, Failures>();

  constructor(clock: AccessClock, peersMax = PEERS_MAX) {
    this.#clock = clock;
    this.#peersMax = peersMax;
  }

  /** Number of peers with failures. */
  get size(): number {
    return this.#peers.size;
  }

  /** Refuses a peer that has too many delayed refusals; returns `undefined` for others. */
  check({ host }: Peer): Refusal | undefined {
    if (host === undefined) return undefined;
    const failures = this.#peers.get(networkOf(host));
    return failures !== undefined && failures.waiting >= WAITING_MAX ? TOO_MANY : undefined;
  }

  /** Notes a failed login, and answers with its refusal after the delay. */
  refuse({ host }: Peer, refusal: Refusal): Answer<Refusal> {
    if (host === undefined) return refusal;
    const failures = this.#note(networkOf(host));
    const over = failures.count - FREE_MAX;
    if (over <= 0) return refusal;
    failures.waiting++;
    return new Promise((resolve) => {
      this.#clock.after(Math.min(DELAY_MS * 2 ** (over - 1), DELAY_MAX_MS), () => {
        failures.waiting--;
        resolve(refusal);
      });
    });
  }

  #note(network: string): Failures {
    const now = this.#clock.now();
    const failures = this.#peers.get(network) ?? { count: 0, atMs: now, waiting: 0 };
    const forgotten = Math.floor((now - failures.atMs) / FORGET_MS);
    failures.count = Math.min(Math.max(failures.count - forgotten, 0) + 1, COUNT_MAX);
    failures.atMs = failures.count === 1 ? now : failures.atMs + forgotten * FORGET_MS;
    this.#peers.delete(network);
    this.#peers.set(network, failures);
    if (this.#peers.size > this.#peersMax) this.#peers.delete(this.#peers.keys().next().value!);
    return failures;
  }
}

/** Returns the part of an address that counts as one peer: the holder of an IPv6 address holds its whole /64. */
export function networkOf(host: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  if (mapped !== null) return mapped[1];
  if (!host.includes(":")) return host;
  const [head, tail] = host.toLowerCase().split("%")[0].split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const last = tail === "" ? [] : tail.split(":");
    while (groups.length + last.length < 8) groups.push("0");
    groups.push(...last);
  }
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
