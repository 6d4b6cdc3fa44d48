/** Number of attempts, and of those without success. */
interface Tried {
  tried: number;
  missed: number;
}

/**
 * The attempts of a simulation by kind, and how many had no success because a connection or the broker had ended, or
 * there was nothing to act on. Otherwise a simulation in which clients do nothing would find nothing wrong.
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

  /** Notes an attempt without success. */
  missed(what: string): void {
    const tried = this.#of(what);
    tried.tried++;
    tried.missed++;
  }

  /** Adds the attempts of another simulation. */
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

  /** Returns the number of successful attempts. */
  done(what: string): number {
    const { tried, missed } = this.#tried.get(what) ?? { tried: 0, missed: 0 };
    return tried - missed;
  }

  /** Returns the part of the attempts without success, from 0 to 1. */
  missedPart(what: string): number {
    const { tried, missed } = this.#tried.get(what) ?? { tried: 0, missed: 0 };
    return tried === 0 ? 0 : missed / tried;
  }

  get all(): readonly string[] {
    return [...this.#tried.keys()].sort();
  }
}

/** Attempts that succeed in any twenty simulations, unless the simulation is broken. */
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
/** Attempts that succeed in any hundred simulations. */
const SELDOM = [
  "basic.recover",
  "queue.delete",
  "queue.purge",
  "queue.unbind",
  "exchange.delete",
  "exchange.bind",
  "exchange.unbind",
];
/** Number of simulations after which rare attempts must have succeeded. */
const SELDOM_SEEDS = 100;
/** Number of attempts from which on the part without success is meaningful. */
const TRIED_MIN = 50;
/** Maximum part of the attempts without success. */
const MISSED_MAX = 0.15;
/** Maximum part for attempts that often have no success, for a reason. */
const OFTEN_MISSED: { readonly [what: string]: number } = {
  // Clients repeat it while the broker is down.
  connect: 0.7,
  // Clients break off in the middle of it, and the answer does not come.
  "channel.close": 0.4,
  "queue.declare": 0.4,
  // At first there is nothing to choose from, or everything was deleted. The first 20 seeds alone have 71%.
  "pick a queue": 0.8,
  bind: 0.4,
  unbind: 0.4,
  "delete an exchange": 0.9,
  "delete a queue": 0.5,
  "purge a queue": 0.6,
  // The publisher waits while the broker does not read.
  "make messages": 0.3,
};

/**
 * Returns what is wrong with the simulation, according to a census of `seeds` simulations. `faults` are the names of
 * all faults.
 */
export function faultsOfCensus(census: Census, seeds: number, faults: readonly string[]): string[] {
  const expected = seeds < SELDOM_SEEDS ? OFTEN : [...OFTEN, ...SELDOM, ...faults];
  const never = expected.filter((what) => census.done(what) === 0).map((what) => `"${what}" never came about`);
  const often = census.all
    .filter((what) => census.tried(what) >= TRIED_MIN && census.missedPart(what) > (OFTEN_MISSED[what] ?? MISSED_MAX))
    .map((what) => `"${what}" was in vain in ${Math.round(census.missedPart(what) * 100)}% of the attempts`);
  return [...never, ...often];
}
