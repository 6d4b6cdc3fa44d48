import { parseIpAddress } from "../transport/ip_address.ts";
import type { HostNames, Transport } from "../transport/transport.ts";

/** Time that a connection waits for the names of its ends. In milliseconds. */
const WAIT_MS = 2000;
/** Time after which an address is looked up again. In milliseconds. */
const REMEMBER_MS = 60_000;
/** Maximum number of addresses that are remembered. */
const REMEMBERED_MAX = 1000;
/**
 * Maximum number of look-ups under way. A runtime carries them out in the threads that read and write files, too, so that
 * a server of names that does not answer must not take them all.
 */
const RUNNING_MAX = 2;
/** Maximum number of addresses that wait to be looked up. Beyond it a connection keeps its addresses. */
const WAITING_MAX = 1000;

/** What looks addresses up, and measures time. */
export interface HostNameMeans {
  /** Returns the name of an address; rejects when it has none. */
  readonly hostNameOf: (address: string) => Promise<string>;
  /** Calls back after a delay in milliseconds, unless the returned function is called before. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Returns the time that has passed since some moment. In milliseconds. */
  readonly now: () => number;
}

interface LookUp {
  /** The name; absent where there is none, and as long as there is no answer. */
  name?: string;
  /** Absent once there is an answer. */
  done?: Promise<void>;
  /** Time at which it is forgotten. In milliseconds. */
  expiresAtMs: number;
}

/** Looks up the names of the ends of connections (RabbitMQ: `reverse_dns_lookups`), as far as there is time for it. */
export class HostNameLookUps {
  readonly #means: HostNameMeans;
  /** By address, the oldest first. */
  readonly #lookUps = new Map<string, LookUp>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(means: HostNameMeans) {
    this.#means = means;
  }

  /** Returns the names of both ends; an end without one is absent. */
  async namesOf({ peer, local }: Pick<Transport, "peer" | "local">): Promise<HostNames> {
    const lookUps = [peer, local].map((end) => end && this.#lookUp(plainAddress(end.host)));
    const open = lookUps.flatMap((lookUp) => lookUp?.done ?? []);
    if (open.length > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#means.after(WAIT_MS, resolve);
        void Promise.all(open).then(() => {
          cancel();
          resolve();
        });
      });
    }
    return { peer: lookUps[0]?.name, local: lookUps[1]?.name };
  }

  #lookUp(address: string): LookUp | undefined {
    const known = this.#lookUps.get(address);
    if (known !== undefined && (known.done !== undefined || this.#means.now() < known.expiresAtMs)) return known;
    if (this.#waiting.length >= WAITING_MAX) return undefined;
    const lookUp: LookUp = { expiresAtMs: Infinity };
    lookUp.done = this.#carryOut(address, lookUp);
    this.#lookUps.delete(address);
    this.#lookUps.set(address, lookUp);
    for (const oldest of this.#lookUps.keys()) {
      if (this.#lookUps.size <= REMEMBERED_MAX) break;
      this.#lookUps.delete(oldest);
    }
    return lookUp;
  }

  async #carryOut(address: string, lookUp: LookUp): Promise<void> {
    if (this.#running >= RUNNING_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const name = await this.#means.hostNameOf(address);
      if (isHostName(name)) lookUp.name = name;
    } catch {
      // It keeps its address.
    }
    lookUp.done = undefined;
    lookUp.expiresAtMs = this.#means.now() + REMEMBER_MS;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

/** Returns an IPv4 address in its plain form where it is written as one of IPv6. */
const plainAddress = (host: string): string => host.replace(/^::ffff:(?=\d+\.)/i, "");

/**
 * Returns whether a text may stand in the place of an address. Its owner decides what the name of an address is: another
 * address, or characters that do more than name something, would mislead people and programs.
 */
const isHostName = (text: string): boolean =>
  /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text) && parseIpAddress(text) === undefined &&
  !/^[\d.]+$/.test(text);
