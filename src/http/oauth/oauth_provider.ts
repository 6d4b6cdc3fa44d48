import { FetchError, type FetchLimits, fetchText } from "../../access/bounded_fetch.ts";
import type { AccessClock } from "../../access/clock.ts";
import { isUsableAddress } from "../../access/oauth2/discovery.ts";
import type { OAuthClient } from "./oauth_settings.ts";

/** Limits of a provider's answer. */
const LIMITS: FetchLimits = { timeoutMs: 5000, maxBytes: 256 * 1024 };
/** Age at which a provider's metadata are fetched again for a request for tokens. In milliseconds. */
const METADATA_AGE_MAX_MS = 5 * 60 * 1000;
/** Maximum number of requests for tokens that wait for a provider at once. */
const EXCHANGES_MAX = 16;

/** What a provider publishes of itself (OpenID Connect Discovery 1.0 §3), as far as logins need it. */
export interface ProviderMetadata {
  readonly issuer?: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint?: string;
}

/** A provider that does not answer as it must. */
export class ProviderError extends Error {
  override name = "ProviderError";
}

/** A provider has too many requests to answer already. */
export class ProviderBusyError extends Error {
  override name = "ProviderBusyError";
}

/** The provider's answer to a request for tokens: 200 with them, 400 or 401 with an error (RFC 6749 §5). */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401;
  readonly json: object;
}

/** The provider of a resource server's tokens. */
export class OAuthProvider {
  readonly #client: OAuthClient;
  readonly #clock: AccessClock;
  #metadata: { readonly known: ProviderMetadata; readonly atMs: number } | undefined;
  #fetching: Promise<ProviderMetadata> | undefined;
  #exchanges = 0;

  constructor(client: OAuthClient, clock: AccessClock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Fetches the metadata, once for all that wait, so that a login does not begin at a provider that is down. Rejects with
   * {@linkcode ProviderError}.
   */
  metadata(): Promise<ProviderMetadata> {
    return this.#fetching ??= this.#fetchMetadata().finally(() => this.#fetching = undefined);
  }

  /**
   * Requests tokens with a grant, to which it adds client and secret.
   *
   * @param origin of the page, which some providers want to know for clients without a secret.
   * @throws {ProviderError} when the provider does not answer as it must.
   * @throws {ProviderBusyError} when too many requests are waiting.
   */
  async exchange(grant: Readonly<Record<string, string>>, origin: string | null): Promise<TokenAnswer> {
    if (this.#exchanges >= EXCHANGES_MAX) throw new ProviderBusyError(`${EXCHANGES_MAX} requests wait for tokens`);
    this.#exchanges++;
    try {
      const { token_endpoint: address } = await this.#recentMetadata();
      const { clientId, secret, params } = this.#client;
      const form = new URLSearchParams({ ...params, ...grant, client_id: clientId });
      if (secret !== undefined) form.set("client_secret", secret);
      const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
      if (origin !== null) headers.set("origin", origin);
      const { status, json } = await this.#fetchJson(address, { method: "POST", body: form.toString(), headers });
      if (status === 200 || status === 400 || status === 401) return { status, json };
      throw new ProviderError(`${address} answered with status ${status}`);
    } finally {
      this.#exchanges--;
    }
  }

  #recentMetadata(): ProviderMetadata | Promise<ProviderMetadata> {
    const isRecent = this.#metadata !== undefined && this.#clock.now() - this.#metadata.atMs < METADATA_AGE_MAX_MS;
    return isRecent ? this.#metadata!.known : this.metadata();
  }

  async #fetchMetadata(): Promise<ProviderMetadata> {
    const { metadataAddress: address } = this.#client;
    const { status, json } = await this.#fetchJson(address, {});
    if (status !== 200) throw new ProviderError(`${address} answered with status ${status}`);
    const known = readMetadata(json, address);
    this.#metadata = { known, atMs: this.#clock.now() };
    return known;
  }

  async #fetchJson(address: string, init: RequestInit): Promise<{ status: number; json: object }> {
    const headers = new Headers(init.headers);
    headers.set("accept", "application/json");
    const request = { ...init, headers, redirect: "error" } as const;
    try {
      const { status, text } = await fetchText(this.#client.fetch, address, request, LIMITS, this.#clock);
      const json: unknown = JSON.parse(text);
      if (typeof json === "object" && json !== null && !Array.isArray(json)) return { status, json };
    } catch (error) {
      if (error instanceof FetchError) throw new ProviderError(error.message);
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new ProviderError(`answer of ${address.split("?")[0]} is no JSON object`);
  }
}

/** Reads metadata. Throws {@linkcode ProviderError} when an address is missing that a login needs. */
function readMetadata(json: object, address: string): ProviderMetadata {
  const read = (name: string): string | undefined => {
    const value: unknown = Object.hasOwn(json, name) ? json[name as keyof typeof json] : undefined;
    return isUsableAddress(value, address) ? value : undefined;
  };
  const needed = (name: string): string => {
    const value = read(name);
    if (value === undefined) throw new ProviderError(`${address.split("?")[0]} has no ${name} that can be used`);
    return value;
  };
  return {
    issuer: read("issuer"),
    authorization_endpoint: needed("authorization_endpoint"),
    token_endpoint: needed("token_endpoint"),
    end_session_endpoint: read("end_session_endpoint"),
  };
}
