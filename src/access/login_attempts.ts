import type { Peer } from "./access.ts";

/** RabbitMQ's names of protocols in counts of logins. */
export type LoginProtocol = "amqp091" | "http";

/** Numbers of logins. */
export interface AttemptCounts {
  readonly succeeded: number;
  readonly failed: number;
}

/** Source of logins: a user name, of one address, by one protocol. */
export interface LoginSource extends AttemptCounts {
  readonly protocol: LoginProtocol;
  /** Empty for a peer inside the process. */
  readonly address: string;
  readonly username: string;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Maximum number of sources that are kept. Beyond it the one that was not used for longest is forgotten. */
const SOURCES_MAX = 10_000;
/** Maximum length of a name that is kept. In UTF-16 code units. */
const NAME_LENGTH_MAX = 255;

/** Counts of logins since the start, or since their reset (RabbitMQ: `rabbit_core_metrics:auth_attempt_*`). */
export class LoginAttempts {
  readonly #sourcesMax: number;
  readonly #byProtocol = new Map<LoginProtocol, Mutable<AttemptCounts>>();
  /** Ordered by the time of the last login. */
  readonly #sources = new Map<string, Mutable<LoginSource>>();

  constructor(sourcesMax = SOURCES_MAX) {
    this.#sourcesMax = sourcesMax;
  }

  get byProtocol(): ReadonlyMap<LoginProtocol, AttemptCounts> {
    return this.#byProtocol;
  }

  /** The sources of logins. Every login is in {@linkcode byProtocol}, even if its source is forgotten. */
  get sources(): Iterable<LoginSource> {
    return this.#sources.values();
  }

  /** Counts a login. */
  count(outcome: keyof AttemptCounts, protocol: LoginProtocol, { host: address = "" }: Peer, username: string): void {
    let counts = this.#byProtocol.get(protocol);
    if (counts === undefined) this.#byProtocol.set(protocol, counts = { succeeded: 0, failed: 0 });
    counts[outcome]++;
    const name = username.slice(0, NAME_LENGTH_MAX);
    const key = `${protocol} ${address} ${name}`;
    const source = this.#sources.get(key) ?? { protocol, address, username: name, succeeded: 0, failed: 0 };
    source[outcome]++;
    this.#sources.delete(key);
    this.#sources.set(key, source);
    if (this.#sources.size > this.#sourcesMax) this.#sources.delete(this.#sources.keys().next().value!);
  }

  reset(): void {
    this.#byProtocol.clear();
    this.#sources.clear();
  }
}
