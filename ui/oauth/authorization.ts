import { LoginError } from "./login_problem.ts";
import { challengeOf } from "./pkce.ts";
import type { LoginServer } from "./ways_to_log_in.ts";

/** What the page needs of a provider's metadata. */
export interface ProviderMetadata {
  readonly issuer?: string;
  readonly authorization_endpoint: string;
  readonly end_session_endpoint?: string;
}

/** A login that was begun, which the tab keeps until the provider answers. */
export interface PendingLogin {
  readonly serverId: string;
  readonly clientId: string;
  readonly state: string;
  readonly verifier: string;
  /** The page's address before the login, behind `#`. */
  readonly returnTo: string;
  readonly issuer: string | undefined;
  readonly endSession: string | undefined;
}

/** Returns the provider's address where a login begins (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export function authorizationAddress(
  { clientId, scopes, params }: LoginServer,
  { authorization_endpoint }: ProviderMetadata,
  { state, verifier }: Pick<PendingLogin, "state" | "verifier">,
  redirectUri: string,
): string {
  const address = new URL(authorization_endpoint);
  const all = {
    ...params,
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes,
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(all)) address.searchParams.set(name, value);
  return address.href;
}

/**
 * Returns a pending login with the code in the provider's answer. Throws {@linkcode LoginError} for an answer that does
 * not belong to it, and for a refusal.
 */
export function readAnswer(
  answer: Readonly<Record<string, string>>,
  pending: PendingLogin | undefined,
): PendingLogin & { readonly code: string } {
  const { code, state, iss, error, error_description: description } = answer;
  if (pending === undefined || state !== pending.state) throw new LoginError({ kind: "state" });
  if (iss !== undefined && pending.issuer !== undefined && iss !== pending.issuer) {
    throw new LoginError({ kind: "issuer" });
  }
  if (error !== undefined || code === undefined) {
    throw new LoginError({ kind: "provider", reason: description ?? error ?? "it sent no code" });
  }
  return { ...pending, code };
}

/** Returns the provider's address where a login ends (OpenID Connect RP-Initiated Logout 1.0 §2). */
export function endSessionAddress(
  endSession: string,
  { idToken, clientId, returnTo }: {
    readonly idToken?: string;
    readonly clientId: string;
    readonly returnTo: string;
  },
): string {
  const address = new URL(endSession);
  if (idToken !== undefined) address.searchParams.set("id_token_hint", idToken);
  address.searchParams.set("client_id", clientId);
  address.searchParams.set("post_logout_redirect_uri", returnTo);
  return address.href;
}
