import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type {
  Answer,
  Credentials,
  Decision,
  Operation,
  Peer,
  Refusal,
  RequestContext,
  Resource,
  Topic,
} from "./access.ts";
import { then } from "./answer.ts";
import { type Backend, type BackendUser, isRefused } from "./backend.ts";
import type { AccessClock } from "./clock.ts";
import type { RandomBytes } from "./password.ts";

/** RabbitMQ's `auth_cache.*`. */
export interface CacheBackendOptions {
  /** Backends whose answers are cached: one for both authentication and authorization, or one for each. */
  readonly cached_backend: Backend | { readonly authn: Backend; readonly authz: Backend };
  /** Time that an answer is cached. In milliseconds. Default: 15,000. */
  readonly cache_ttl?: number;
  /** True when refusals are cached too. Default: false. */
  readonly cache_refusals?: boolean;
}

const CACHE_TTL_MS = 15_000;
/** Maximum number of cached answers; beyond it the oldest one is dropped. */
const ENTRIES_MAX = 100_000;
const SECRET_BYTES = 32;

interface Entry {
  readonly answer: BackendUser | Refusal | Decision;
  /** Version of the backend when it answered. */
  readonly version: number;
  readonly endMs: number;
}

/**
 * RabbitMQ's `cache`: caches the answers of another backend for some seconds (RabbitMQ: Caching Authentication
 * Backend).
 */
export class CacheBackend implements Backend {
  /** Name of the backend, as RabbitMQ's log has it. */
  readonly name = "rabbit_auth_backend_cache";
  /** True, as the backend may know a user and not their password. */
  readonly asksTwice = true;
  readonly #authn: Backend;
  readonly #authz: Backend;
  readonly #ttlMs: number;
  readonly #keepsRefusals: boolean;
  readonly #clock: AccessClock;
  readonly #entriesMax: number;
  /** Key of the hash by which passwords are recognized. They are not kept, and the hash means nothing elsewhere. */
  readonly #secret: Uint8Array;
  /** In the order in which they were added. */
  readonly #entries = new Map<string, Entry>();
  readonly #stateIds = new WeakMap<object, number>();
  #stateCount = 0;

  /** Makes a cache for a backend. */
  constructor(
    options: CacheBackendOptions,
    clock: AccessClock,
    randomBytes: RandomBytes,
    entriesMax = ENTRIES_MAX,
  ) {
    const { cached_backend: backend } = options;
    this.#authn = "authn" in backend ? backend.authn : backend;
    this.#authz = "authn" in backend ? backend.authz : backend;
    this.#ttlMs = options.cache_ttl ?? CACHE_TTL_MS;
    this.#keepsRefusals = options.cache_refusals ?? false;
    this.#clock = clock;
    this.#entriesMax = entriesMax;
    this.#secret = randomBytes(new Uint8Array(SECRET_BYTES));
  }

  /** Rises when answers may have changed. */
  get version(): number {
    return (this.#authn.version ?? 0) + (this.#authz === this.#authn ? 0 : this.#authz.version ?? 0);
  }

  /** Number of cached answers. */
  get size(): number {
    return this.#entries.size;
  }

  /** Forgets all answers. */
  clear(): void {
    this.#entries.clear();
  }

  /** Checks a password; see {@linkcode Backend.authenticate}. */
  authenticate(credentials: Credentials): Answer<BackendUser | Refusal> {
    return this.#answer(["authn", ...this.#loginKey(credentials)], () => this.#authn.authenticate(credentials));
  }

  /** Looks up a user whom another backend has authenticated; see {@linkcode Backend.authorize}. */
  authorize(credentials: Credentials): Answer<BackendUser | Refusal> {
    return this.#answer(["authz", ...this.#loginKey(credentials)], () => this.#authz.authorize(credentials));
  }

  /** Decides about a virtual host; see {@linkcode Backend.mayOpen}. */
  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Answer<Decision> {
    const key = ["vhost", ...this.#userKey(user), ...contextKey(context), context.peer.host, vhost];
    return this.#answer(key, () => this.#authz.mayOpen(user, vhost, context));
  }

  /** Decides about an exchange or a queue; see {@linkcode Backend.may}. */
  may(user: BackendUser, operation: Operation, resource: Resource, context: RequestContext): Answer<Decision> {
    const { vhost, kind, name } = resource;
    const key = ["resource", ...this.#userKey(user), ...contextKey(context), operation, vhost, kind, name];
    return this.#answer(key, () => this.#authz.may(user, operation, resource, context));
  }

  /** Decides about a routing key; see {@linkcode Backend.mayUseTopic}. */
  mayUseTopic(
    user: BackendUser,
    operation: "write" | "read",
    topic: Topic,
    context: RequestContext,
  ): Answer<Decision> {
    const { vhost, exchange, routingKey } = topic;
    const key = ["topic", ...this.#userKey(user), ...contextKey(context), operation, vhost, exchange, routingKey];
    return this.#answer(key, () => this.#authz.mayUseTopic(user, operation, topic, context));
  }

  /** Takes renewed credentials; see {@linkcode Backend.updateSecret}. */
  updateSecret(user: BackendUser, secret: string, context: RequestContext): Answer<BackendUser | Refusal> {
    return this.#authz.updateSecret?.(user, secret, context) ?? { refused: "secrets of this user don't change" };
  }

  #answer<T extends Entry["answer"]>(key: readonly unknown[], ask: () => Answer<T>): Answer<T> {
    const text = JSON.stringify(key);
    const kept = this.#entries.get(text);
    const now = this.#clock.now();
    // A key begins with the kind of question, so the answer is of the right type.
    if (kept !== undefined && kept.endMs > now && kept.version === this.version) return kept.answer as T;
    const { version } = this;
    return then(ask(), (answer) => {
      if (this.#keepsRefusals || !isRefusal(answer)) this.#keep(text, answer, version);
      return answer;
    });
  }

  #keep(key: string, answer: Entry["answer"], version: number): void {
    const now = this.#clock.now();
    this.#entries.delete(key);
    const expiresMs = typeof answer === "object" && "expiresAtMs" in answer && answer.expiresAtMs !== undefined
      ? answer.expiresAtMs - this.#clock.time()
      : Infinity;
    this.#entries.set(key, { answer, version, endMs: now + Math.min(this.#ttlMs, expiresMs) });
    for (const [oldest, { endMs }] of this.#entries) {
      if (endMs > now && this.#entries.size <= this.#entriesMax) break;
      this.#entries.delete(oldest);
    }
  }

  #loginKey({ username, password, peer }: Credentials): readonly unknown[] {
    const known = password === undefined ? null : hmac(sha256, this.#secret, new TextEncoder().encode(password)).join();
    return [username, known, peer.isLoopback, certificateKey(peer)];
  }

  #userKey({ name, tags, state }: BackendUser): readonly unknown[] {
    return [name, tags, typeof state === "object" && state !== null ? this.#idOf(state) : state];
  }

  /** Returns a number for each state, as two users of one name may have different ones. */
  #idOf(state: object): number {
    let id = this.#stateIds.get(state);
    if (id === undefined) this.#stateIds.set(state, id = ++this.#stateCount);
    return id;
  }
}

const isRefusal = (answer: Entry["answer"]): boolean =>
  typeof answer === "object" ? isRefused(answer) || "denied" in answer : !answer;

const contextKey = ({ clientId }: RequestContext): readonly unknown[] => [clientId];

const certificateKey = ({ certificate }: Peer): string | undefined => certificate?.subject;
