import type { Tokens } from "./provider_client.ts";

/** A login by OAuth 2, which the tab keeps. */
export interface OAuthLogin {
  readonly serverId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** Time at which the access token expires. In milliseconds since 1970. */
  readonly expiresAtMs?: number;
  /** Time at which it is renewed. In milliseconds since 1970. */
  readonly renewAtMs?: number;
  readonly clientId: string;
  /** The provider's address where the login ends. */
  readonly endSession?: string;
  /** Address of the portal that brought the person. */
  readonly portal?: string;
}

/** Part of a token's life that it is used for at least. */
const USED_PART = 0.75;
/** Time before its end at which a long-lived token is renewed. In milliseconds. */
const RENEWED_BEFORE_MS = 60_000;

/** Returns the time after which a token is renewed. In milliseconds. */
export const renewalDelayMs = (lifetimeMs: number): number =>
  Math.max(lifetimeMs - RENEWED_BEFORE_MS, lifetimeMs * USED_PART);

/** Returns a login with new tokens. Those that a provider does not send again stay. */
export function withTokens(
  login: Omit<OAuthLogin, "accessToken" | "expiresAtMs" | "renewAtMs">,
  { accessToken, refreshToken, idToken, lifetimeMs }: Tokens,
  nowMs: number,
): OAuthLogin {
  return {
    ...login,
    accessToken,
    refreshToken: refreshToken ?? login.refreshToken,
    idToken: idToken ?? login.idToken,
    expiresAtMs: lifetimeMs === undefined ? undefined : nowMs + lifetimeMs,
    renewAtMs: lifetimeMs === undefined ? undefined : nowMs + renewalDelayMs(lifetimeMs),
  };
}
