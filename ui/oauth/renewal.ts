import { LoginError } from "./login_problem.ts";
import { type OAuthLogin, withTokens } from "./oauth_login.ts";
import type { Tokens } from "./provider_client.ts";

/** Longest delay of timers. In milliseconds. */
const DELAY_MAX_MS = 2 ** 31 - 1;
/** Delay before a renewal is tried again that did not reach the provider. In milliseconds. */
const RETRY_MS = 10_000;

/** Parts that a {@linkcode Renewal} is given. */
export interface RenewalParts {
  /** Requests new tokens. Rejects with {@linkcode LoginError}. */
  readonly request: (serverId: string, refreshToken: string) => Promise<Tokens>;
  readonly onRenewed: (login: OAuthLogin) => void;
  /** Is called when the access token has expired, and can't be renewed. */
  readonly onExpired: () => void;
  /** Returns milliseconds since 1970. */
  readonly time: () => number;
  /** Calls back once. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Renews the tokens of a login before they expire, and ends it when they do. */
export class Renewal {
  readonly #parts: RenewalParts;
  #login: OAuthLogin | undefined;
  #cancel = () => {};
  #renewing: { readonly login: OAuthLogin; readonly done: Promise<void> } | undefined;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  start(login: OAuthLogin): void {
    this.#login = login;
    this.#wait();
  }

  stop(): void {
    this.#login = undefined;
    this.#cancel();
  }

  /**
   * Renews the tokens now, once for all that wait, as a refresh token may be good only once. Rejects with
   * {@linkcode LoginError} when that fails, or can't be done.
   */
  renew(): Promise<void> {
    const login = this.#login;
    if (login?.refreshToken === undefined) return Promise.reject(new LoginError({ kind: "expired" }));
    if (this.#renewing?.login !== login) this.#renewing = { login, done: this.#renew(login, login.refreshToken) };
    return this.#renewing.done;
  }

  async #renew(login: OAuthLogin, refreshToken: string): Promise<void> {
    try {
      const tokens = await this.#parts.request(login.serverId, refreshToken);
      // The user may have logged out meanwhile, or in again.
      if (this.#login !== login) return;
      const renewed = withTokens(login, tokens, this.#parts.time());
      this.start(renewed);
      this.#parts.onRenewed(renewed);
    } finally {
      if (this.#renewing?.login === login) this.#renewing = undefined;
    }
  }

  #wait(): void {
    this.#cancel();
    const { refreshToken, renewAtMs, expiresAtMs } = this.#login!;
    const dueMs = refreshToken === undefined ? expiresAtMs : renewAtMs;
    if (dueMs === undefined) return;
    const delayMs = Math.min(Math.max(dueMs - this.#parts.time(), 0), DELAY_MAX_MS);
    this.#cancel = this.#parts.after(delayMs, () => void this.#check(dueMs));
  }

  async #check(dueMs: number): Promise<void> {
    const login = this.#login!;
    if (this.#parts.time() < dueMs) return this.#wait();
    if (login.refreshToken === undefined) return this.#parts.onExpired();
    try {
      await this.renew();
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      if (this.#login !== login) return;
      const isFinal = error.problem.kind === "provider";
      const now = this.#parts.time();
      if (now >= (login.expiresAtMs ?? Infinity)) return this.#parts.onExpired();
      // The provider does not take its refresh token any more: the access token is used up.
      if (isFinal) this.start({ ...login, refreshToken: undefined });
      else this.start({ ...login, renewAtMs: Math.min(now + RETRY_MS, login.expiresAtMs ?? Infinity) });
    }
  }
}
