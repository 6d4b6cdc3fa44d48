import { signal } from "@preact/signals";
import { authorizationAddress, endSessionAddress, type PendingLogin, readAnswer } from "../oauth/authorization.ts";
import { LoginError, type LoginProblem } from "../oauth/login_problem.ts";
import { type OAuthLogin, withTokens } from "../oauth/oauth_login.ts";
import { randomText } from "../oauth/pkce.ts";
import { ProviderClient } from "../oauth/provider_client.ts";
import { Renewal } from "../oauth/renewal.ts";
import { type AuthSettings, type LoginServer, waysToLogIn } from "../oauth/ways_to_log_in.ts";
import { ApiError } from "./api_error.ts";
import { ApiClient } from "./client.ts";
import { keep, readKept, removeKept } from "./kept_in_tab.ts";
import type { WhoAmI } from "./types.ts";

const KEPT_AS = "haremq.login";
const PENDING_AS = "haremq.login.pending";
const MINUTE_MS = 60_000;

/** The login of the page. */
export type Session =
  | {
    readonly state: "out";
    readonly problem?: LoginProblem;
    /** Address where a login ends at the provider that the broker did not accept. */
    readonly endSession?: string;
  }
  | { readonly state: "checking" }
  | { readonly state: "in"; readonly user: WhoAmI };

/** A login, which lives as long as the browser's tab. */
interface Login {
  /** Header of requests. */
  readonly authorization: string;
  readonly oauth?: OAuthLogin;
}

let login = readKept<Login>(KEPT_AS);
let expiry: ReturnType<typeof setTimeout> | undefined;
let isCheckingAgain = false;

export const session = signal<Session>({ state: "checking" });

/** Address of the page, with a slash at its end. */
const base = new URL(".", document.baseURI).href;

/** The client of the API with the login of the page. */
export const api = new ApiClient({
  base: `${base}api/`,
  authorization: () => login?.authorization,
  onLoginRefused: () => void renewOrEnd(),
  fetch: (...request) => fetch(...request),
});

const providers = new ProviderClient({ base, fetch: (...request) => fetch(...request) });

const renewal = new Renewal({
  request: (serverId, refreshToken) => providers.renewedTokens(serverId, refreshToken),
  onRenewed: (oauth) => keep(KEPT_AS, login = loginOf(oauth)),
  onExpired: () => end({ kind: "expired" }),
  time: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
});

/** Logs in with what the tab has kept, if anything. */
export async function restoreSession(): Promise<void> {
  if (login === undefined) return end();
  try {
    if (login.oauth !== undefined) renewal.start(login.oauth);
    if ((login.oauth?.expiresAtMs ?? Infinity) <= Date.now()) await renewal.renew();
    await begin(login);
  } catch (error) {
    end(login?.oauth === undefined ? undefined : problemOf(error));
  }
}

/** Logs in. Rejects with `ApiError`. */
export function logInByPassword(name: string, password: string): Promise<void> {
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return begin({ authorization: `Basic ${text}` });
}

/** Goes to the provider of a resource server, which asks for a login. Rejects with `LoginError`. */
export async function logInAt(server: LoginServer, returnTo: string): Promise<void> {
  if (server.isIdpInitiated) return location.assign(server.providerUrl);
  const metadata = await providers.metadata(server.id);
  const pending: PendingLogin = {
    serverId: server.id,
    clientId: server.clientId,
    state: randomText(),
    verifier: randomText(),
    returnTo,
    issuer: metadata.issuer,
    endSession: server.endSession ?? metadata.end_session_endpoint,
  };
  keep(PENDING_AS, pending);
  location.assign(authorizationAddress(server, metadata, pending, providers.redirectUri));
}

/**
 * Ends a login at a provider that has sent the person back. An answer that belongs to no login changes nothing for
 * somebody who is logged in.
 *
 * @returns the page's address before the login, behind `#`; `undefined` when the login failed.
 */
export async function finishLogin(answer: Readonly<Record<string, string>>): Promise<string | undefined> {
  const pending = readKept<PendingLogin>(PENDING_AS);
  if (pending?.state === answer.state) removeKept(PENDING_AS);
  try {
    const { serverId, clientId, endSession, returnTo, verifier, code } = readAnswer(answer, pending);
    const tokens = await providers.tokensForCode({ serverId, verifier }, code);
    await begin(loginOf(withTokens({ serverId, clientId, endSession }, tokens, Date.now())));
    return returnTo;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.kind === "state" && login !== undefined) await restoreSession();
    else end(problem, whereToEnd(problem, pending));
    return undefined;
  }
}

/** Logs in with the token with which a provider's portal has brought the person, where that is configured. */
export async function logInByPortal(accessToken: string): Promise<void> {
  try {
    const { servers } = waysToLogIn(await api.get<AuthSettings>("auth"));
    const server = servers.find(({ isIdpInitiated }) => isIdpInitiated);
    if (server === undefined) throw new LoginError({ kind: "idp_initiated" });
    const { id: serverId, clientId, providerUrl: portal } = server;
    await begin(loginOf({ serverId, clientId, accessToken, portal }));
  } catch (error) {
    end(problemOf(error));
  }
}

/** Logs out, at the provider too if it has an address for that. */
export function logOut(): void {
  const oauth = login?.oauth;
  end();
  if (oauth?.endSession !== undefined) {
    location.assign(endSessionAddress(oauth.endSession, { ...oauth, returnTo: base }));
  } else if (oauth?.portal !== undefined) location.assign(oauth.portal);
}

/** Ends the login. The reason is shown; without one the user has logged out. */
export function end(problem?: LoginProblem, endSession?: string): void {
  login = undefined;
  clearTimeout(expiry);
  renewal.stop();
  removeKept(KEPT_AS);
  session.value = { state: "out", problem, endSession };
}

/** Checks a login, and keeps it. Rejects with `ApiError`. */
async function begin(next: Login): Promise<void> {
  login = next;
  let user: WhoAmI;
  try {
    user = await api.get<WhoAmI>("whoami");
  } catch (error) {
    login = undefined;
    throw error;
  }
  if (login === undefined) return;
  // It may have been renewed meanwhile.
  if (login === next) {
    keep(KEPT_AS, next);
    if (next.oauth !== undefined) renewal.start(next.oauth);
  }
  const { login_session_timeout: minutes } = user;
  clearTimeout(expiry);
  if (minutes !== undefined) expiry = setTimeout(logOut, minutes * MINUTE_MS);
  session.value = { state: "in", user };
}

/** Renews a login that the broker does not accept any more, if that is possible. */
async function renewOrEnd(): Promise<void> {
  if (session.peek().state !== "in" || isCheckingAgain) return;
  if (login?.oauth?.refreshToken === undefined) return end({ kind: "refused" });
  isCheckingAgain = true;
  try {
    await renewal.renew();
    await begin(login);
  } catch {
    end({ kind: "expired" });
  } finally {
    isCheckingAgain = false;
  }
}

/** Returns the provider's address where a login ends that the broker did not accept, if there is one. */
function whereToEnd({ kind }: LoginProblem, pending: PendingLogin | undefined): string | undefined {
  const { endSession, clientId } = pending ?? {};
  if (endSession === undefined || clientId === undefined || kind !== "token" && kind !== "tag") return undefined;
  return endSessionAddress(endSession, { clientId, returnTo: base });
}

const loginOf = (oauth: OAuthLogin): Login => ({ authorization: `Bearer ${oauth.accessToken}`, oauth });

/** Returns the reason of a failed login by OAuth 2. Throws what is a fault of the page. */
function problemOf(error: unknown): LoginProblem {
  if (error instanceof LoginError) return error.problem;
  if (!(error instanceof ApiError)) throw error;
  if (error.isLoginRefused) return { kind: "token" };
  return error.status === 401 ? { kind: "tag" } : { kind: "api", error };
}
