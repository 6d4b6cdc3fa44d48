import { signal } from "@preact/signals";
import { ApiClient } from "./client.ts";
import type { WhoAmI } from "./types.ts";

const KEPT_AS = "haremq.login";
const MINUTE_MS = 60_000;

/** The login of the page. */
export type Session =
  | { readonly state: "out"; readonly wasRefused: boolean }
  | { readonly state: "checking" }
  | { readonly state: "in"; readonly user: WhoAmI };

/** Header of the login. It lives as long as the browser's tab. */
let authorization = sessionStorage.getItem(KEPT_AS) ?? undefined;
let expiry: ReturnType<typeof setTimeout> | undefined;

export const session = signal<Session>({ state: "checking" });

/** The client of the API with the login of the page. */
export const api = new ApiClient({
  base: new URL("api/", document.baseURI).href,
  authorization: () => authorization,
  onLoginRefused: () => end(session.peek().state === "in"),
  fetch: (...request) => fetch(...request),
});

/** Logs in with what the tab has kept, if anything. */
export async function restoreSession(): Promise<void> {
  if (authorization === undefined) {
    session.value = { state: "out", wasRefused: false };
    return;
  }
  try {
    await begin(authorization);
  } catch {
    end(false);
  }
}

/** Logs in. Rejects with `ApiError`. */
export function logInByPassword(name: string, password: string): Promise<void> {
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  return begin(`Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`);
}

/** Logs in with a token of OAuth 2. Rejects with `ApiError`. */
export const logInByToken = (token: string): Promise<void> => begin(`Bearer ${token}`);

export function logOut(): void {
  end(false);
}

async function begin(header: string): Promise<void> {
  authorization = header;
  const user = await api.get<WhoAmI>("whoami");
  sessionStorage.setItem(KEPT_AS, header);
  const { login_session_timeout: minutes } = user;
  clearTimeout(expiry);
  if (minutes !== undefined) expiry = setTimeout(logOut, minutes * MINUTE_MS);
  session.value = { state: "in", user };
}

function end(wasRefused: boolean): void {
  authorization = undefined;
  clearTimeout(expiry);
  sessionStorage.removeItem(KEPT_AS);
  session.value = { state: "out", wasRefused };
}
