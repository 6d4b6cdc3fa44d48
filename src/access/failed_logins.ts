import type { Answer, Peer, Refusal } from "./access.ts";
import type { AccessClock } from "./clock.ts";

/** Failures of a peer that are answered at once. */
const FREE_MAX = 5;
/** Delay of the first failure beyond those; it doubles with each. In milliseconds. */
const DELAY_MS = 100;
const DELAY_MAX_MS = 2000;
/** Failures that are remembered of a peer: more don't make it slower. */
const COUNT_MAX = 20;
/** Time after which one failure of a peer is forgotten. In milliseconds. */
const FORGET_MS = 10_000;
/** Refusals of one peer that may wait to be told. Beyond them it is refused at once, whatever its password is. */
const WAITING_MAX = 100;
/** Peers that are remembered. Beyond them the one that has not failed for longest is forgotten. */
const PEERS_MAX = 10_000;

const TOO_MANY: Refusal = { refused: "too many failed logins from this peer" };

interface Failures {
  count: number;
  /** When `count` was right. */
  atMs: number;
  waiting: number;
}

/**
 * Slows down those who try one password after another. The refusals of a peer that fails often come later and later, and
 * few of them may wait at a time, so that more connections don't help. A right password is never delayed, and other peers
 * notice nothing. Peers inside the process are not slowed.
 */
export class FailedLogins {
  readonly #clock: AccessClock;
  readonly #peersMax: number;
  /** By address; the one that failed last is the last. */
  readonly #peers = new Map<string, Failures>();

  constructor(clock: AccessClock, peersMax = PEERS_MAX) {
    this.#clock = clock;
    this.#peersMax = peersMax;
  }

  /** Peers that are remembered. */
  get size(): number {
    return this.#peers.size;
  }

  /** Refuses a peer that has as many refusals waiting as it may. */
  check({ host }: Peer): Refusal | undefined {
    if (host === undefined) return undefined;
    const failures = this.#peers.get(networkOf(host));
    return failures !== undefined && failures.waiting >= WAITING_MAX ? TOO_MANY : undefined;
  }

  /** Notes a failed login, and answers with its refusal when it is time. */
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

/** The holder of an IPv6 address holds all of its /64, so a /64 counts as one peer. */
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
