import type { CryptoKey, JWK } from "jose";
import { type Fetch, fetchText } from "../bounded_fetch.ts";
import type { AccessClock, AccessLog } from "../clock.ts";
import { discoveryAddress, type DiscoveryOptions, isUsableAddress } from "./discovery.ts";

/** RabbitMQ's `auth_oauth2.*` for the keys that verify tokens. */
export interface SigningKeyOptions extends DiscoveryOptions {
  /** Contents of files with keys or certificates in PEM, or with a JWK, by the ids of the keys. */
  readonly signing_keys?: Readonly<Record<string, string>>;
  /** Id of the key for tokens that name none. */
  readonly default_key?: string;
  /** Address of a JSON Web Key Set. */
  readonly jwks_uri?: string;
}

/** A key as it was read, in PEM or as JWK. */
type Source = string | JWK;

/** Time limit for the answer of a key server. In milliseconds. */
const FETCH_TIMEOUT_MS = 5000;
/** Largest answer of a key server. In bytes. */
const FETCH_MAX_BYTES = 1024 * 1024;
/** Maximum number of keys of a server. */
const KEYS_MAX = 1000;
/** Minimum time between fetches, so that made-up key ids do not cause one each. In milliseconds. */
const FETCH_REST_MS = 10_000;
/** Age at which keys are fetched again, so that withdrawn ones disappear. In milliseconds. */
const KEYS_AGE_MAX_MS = 60 * 60 * 1000;

/** A key that does not exist or can't be used. */
export class SigningKeyError extends Error {
  override name = "SigningKeyError";
}

/** The keys that verify tokens. */
export class SigningKeys {
  readonly #options: SigningKeyOptions;
  readonly #fetch: Fetch;
  readonly #clock: AccessClock;
  readonly #log: AccessLog;
  readonly #configured: ReadonlyMap<string, Source>;
  /** By id; `undefined` for a key without one. */
  #fetched: ReadonlyMap<string | undefined, Source> = new Map();
  #fetchedAtMs: number | undefined;
  #triedAtMs: number | undefined;
  #fetching: Promise<void> | undefined;
  /** By source and algorithm. */
  #imported = new Map<Source, Map<string, Promise<CryptoKey | Uint8Array>>>();

  /** Throws `SyntaxError` when a configured JWK is not JSON. */
  constructor(options: SigningKeyOptions, fetch: Fetch, clock: AccessClock, log: AccessLog) {
    this.#options = options;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#log = log;
    this.#configured = new Map(
      Object.entries(options.signing_keys ?? {}).map(([id, text]) => [id, isPem(text) ? text : JSON.parse(text)]),
    );
  }

  /** Returns the key with an id, for an algorithm. Throws {@linkcode SigningKeyError}. */
  async find(id: string | undefined, algorithm: string): Promise<CryptoKey | Uint8Array> {
    const keyId = id ?? this.#options.default_key;
    const source = await this.#source(keyId);
    if (source === undefined) throw new SigningKeyError(`there is no signing key '${keyId ?? ""}'`);
    let imported = this.#imported.get(source);
    if (imported === undefined) this.#imported.set(source, imported = new Map());
    let key = imported.get(algorithm);
    if (key === undefined) imported.set(algorithm, key = importKey(source, algorithm));
    try {
      return await key;
    } catch {
      throw new SigningKeyError(`signing key '${keyId ?? ""}' is none for algorithm ${algorithm}`);
    }
  }

  async #source(id: string | undefined): Promise<Source | undefined> {
    const configured = id === undefined ? undefined : this.#configured.get(id);
    if (configured !== undefined) return configured;
    const now = this.#clock.now();
    const isOld = this.#fetchedAtMs === undefined || now - this.#fetchedAtMs >= KEYS_AGE_MAX_MS;
    if (isOld || !this.#fetched.has(id)) await this.#fetchOnce();
    return this.#fetched.get(id);
  }

  /** Fetches the keys, once for all that wait. Does nothing shortly after the last fetch. */
  #fetchOnce(): Promise<void> {
    const { issuer, jwks_uri: address } = this.#options;
    if (issuer === undefined && address === undefined) return Promise.resolve();
    const now = this.#clock.now();
    if (this.#fetching !== undefined) return this.#fetching;
    if (this.#triedAtMs !== undefined && now - this.#triedAtMs < FETCH_REST_MS) return Promise.resolve();
    this.#triedAtMs = now;
    return this.#fetching = this.#fetchKeys().catch((error) => {
      this.#log("error", `failed to download signing keys: ${error instanceof Error ? error.message : error}`);
    }).finally(() => this.#fetching = undefined);
  }

  async #fetchKeys(): Promise<void> {
    const address = this.#options.jwks_uri ?? await this.#discover();
    const { keys } = await this.#fetchJson(address) as { keys?: unknown };
    if (!Array.isArray(keys) || keys.length === 0) throw new SigningKeyError(`${address} has no keys`);
    if (keys.length > KEYS_MAX) throw new SigningKeyError(`${address} has more than ${KEYS_MAX} keys`);
    this.#fetched = new Map(keys.filter(isJwk).map((key) => [key.kid, key]));
    this.#fetchedAtMs = this.#clock.now();
    this.#imported = new Map();
  }

  /** Asks the issuer for the address of its keys. */
  async #discover(): Promise<string> {
    const address = discoveryAddress(this.#options.issuer!, this.#options);
    const { jwks_uri: found } = await this.#fetchJson(address) as { jwks_uri?: unknown };
    if (isUsableAddress(found, address)) return found;
    throw new SigningKeyError(`${address} has no jwks_uri that can be used`);
  }

  async #fetchJson(address: string): Promise<object> {
    const limits = { timeoutMs: FETCH_TIMEOUT_MS, maxBytes: FETCH_MAX_BYTES };
    const init = { headers: { accept: "application/json" }, redirect: "error" } as const;
    const { status, text } = await fetchText(this.#fetch, address, init, limits, this.#clock);
    if (status !== 200) throw new SigningKeyError(`${address} answered with status ${status}`);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new SigningKeyError(`answer of ${address} is no JSON`);
    }
    if (typeof json !== "object" || json === null) throw new SigningKeyError(`answer of ${address} is no JSON object`);
    return json;
  }
}

const isPem = (text: string): boolean => text.includes("-----BEGIN ");

const isJwk = (value: unknown): value is JWK =>
  typeof value === "object" && value !== null && "kty" in value && typeof value.kty === "string" &&
  (!("kid" in value) || typeof value.kid === "string");

async function importKey(source: Source, algorithm: string): Promise<CryptoKey | Uint8Array> {
  const { importJWK, importSPKI, importX509 } = await import("jose");
  if (typeof source === "string") {
    return await (source.includes("-----BEGIN CERTIFICATE-----") ? importX509 : importSPKI)(source, algorithm);
  }
  if (source.alg !== undefined && source.alg !== algorithm) throw new SigningKeyError(`it is for ${source.alg}`);
  return await importJWK(source, algorithm);
}
