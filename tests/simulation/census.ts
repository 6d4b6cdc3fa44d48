/** Number of times that something was tried, and of those in which it did not come about. */
interface Tried {
  tried: number;
  missed: number;
}

/**
 * What a simulation has tried, and how often that did not come about because a connection or the broker had ended, or there
 * was nothing to do it with. Without it a simulation in which clients do nothing would find nothing wrong.
 */
export class Census {
  readonly #tried = new Map<string, Tried>();

  #of(what: string): Tried {
    let tried = this.#tried.get(what);
    if (tried === undefined) this.#tried.set(what, tried = { tried: 0, missed: 0 });
    return tried;
  }

  did(what: string): void {
    this.#of(what).tried++;
  }

  /** Notes that something was tried in vain. */
  missed(what: string): void {
    const tried = this.#of(what);
    tried.tried++;
    tried.missed++;
  }

  /** Adds what another simulation has tried. */
  add(other: Census): void {
    for (const [what, { tried, missed }] of other.#tried) {
      const all = this.#of(what);
      all.tried += tried;
      all.missed += missed;
    }
  }

  tried(what: string): number {
    return this.#tried.get(what)?.tried ?? 0;
  }

  /** Number of times that something came about. */
  done(what: string): number {
    const { tried, missed } = this.#tried.get(what) ?? { tried: 0, missed: 0 };
    return tried - missed;
  }

  /** Part of the attempts that were in vain, from 0 to 1. */
  missedPart(what: string): number {
    const { tried, missed } = this.#tried.get(what) ?? { tried: 0, missed: 0 };
    return tried === 0 ? 0 : missed / tried;
  }

  get all(): readonly string[] {
    return [...this.#tried.keys()].sort();
  }
}

/** Things that happen in any twenty simulations, unless the simulation is broken. */
const OFTEN = [
  "connect",
  "channel.open",
  "channel.close",
  "queue.declare",
  "queue.bind",
  "exchange.declare",
  "publish",
  "make messages",
  "confirm.select",
  "tx.select",
  "tx.commit",
  "tx.rollback",
  "basic.qos",
  "basic.consume",
  "basic.cancel",
  "basic.get",
  "basic.ack",
  "basic.nack",
  "basic.reject",
  "settle",
  "pick a queue",
  "bind",
  "start again",
  "check the topology",
  "disturb a client",
];
/** Things that happen in any hundred simulations. */
const SELDOM = [
  "basic.recover",
  "queue.delete",
  "queue.purge",
  "queue.unbind",
  "exchange.delete",
  "exchange.bind",
  "exchange.unbind",
];
/** Number of simulations after which what happens seldom must have happened. */
const SELDOM_SEEDS = 100;
/** Number of attempts from which on the part that was in vain says something. */
const TRIED_MIN = 50;
/** Highest part of the attempts that may be in vain. */
const MISSED_MAX = 0.15;
/** Highest part for attempts that are often in vain, for a reason. */
const OFTEN_MISSED: { readonly [what: string]: number } = {
  // Clients try again and again while the broker is down.
  connect: 0.7,
  // Clients break off in the middle of it, and the answer does not come.
  "channel.close": 0.4,
  "queue.declare": 0.4,
  // There is nothing to pick from at first, or all was deleted.
  "pick a queue": 0.6,
  bind: 0.4,
  unbind: 0.4,
  "delete an exchange": 0.9,
  "delete a queue": 0.5,
  "purge a queue": 0.6,
  // The publisher waits while the broker does not read.
  "make messages": 0.3,
};

/** Returns what a census of `seeds` simulations shows to be wrong with the simulation. `faults` are those that there are. */
export function faultsOfCensus(census: Census, seeds: number, faults: readonly string[]): string[] {
  const expected = seeds < SELDOM_SEEDS ? OFTEN : [...OFTEN, ...SELDOM, ...faults];
  const never = expected.filter((what) => census.done(what) === 0).map((what) => `"${what}" never came about`);
  const often = census.all
    .filter((what) => census.tried(what) >= TRIED_MIN && census.missedPart(what) > (OFTEN_MISSED[what] ?? MISSED_MAX))
    .map((what) => `"${what}" was in vain in ${Math.round(census.missedPart(what) * 100)}% of the attempts`);
  return [...never, ...often];
}
