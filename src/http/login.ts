import type { Access, Answer, Peer, Refusal, User } from "../access/access.ts";

/** A peer's credentials in an `Authorization` header. */
export type HeaderCredentials = { readonly username: string; readonly password: string };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the credentials of Basic authentication (RFC 7617), or a Bearer token (RFC 6750), which backends take as a
 * password without a name. Returns `undefined` for anything else.
 */
export function readAuthorization(header: string | null): HeaderCredentials | undefined {
  const [, scheme, rest] = /^(\S+) +(\S+) *$/.exec(header ?? "") ?? [];
  switch (scheme?.toLowerCase()) {
    case "bearer":
      return { username: "", password: rest };
    case "basic":
      return readBasic(rest);
    default:
      return undefined;
  }
}

function readBasic(base64: string): HeaderCredentials | undefined {
  let text;
  try {
    text = utf8.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Logs a peer in. */
export const logIn = (access: Access, peer: Peer, credentials: HeaderCredentials): Answer<User | Refusal> =>
  access.login({ ...credentials, peer });
