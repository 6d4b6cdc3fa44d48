import type { Peer, User } from "../access/access.ts";
import { LOOPBACK_ONLY } from "../access/access_control.ts";
import { isRefused } from "../access/backend.ts";
import { hasTag, isManagement, type Rule, WHO } from "./authorization.ts";
import { type HttpError, notAuthorised, notAuthorized } from "./http_error.ts";
import type { ManagementHost } from "./management_host.ts";

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

/**
 * Logs a peer in who must be a user of the management API with one of the tags of a rule, and counts that. Throws
 * `HttpError` 401.
 */
export async function logIn(
  { node, httpAccess = node.access, log }: Pick<ManagementHost, "node" | "httpAccess" | "log">,
  { tags, refusal }: Rule,
  peer: Peer,
  credentials: HeaderCredentials,
): Promise<User> {
  const result = await httpAccess.login({ ...credentials, peer });
  const name = isRefused(result) ? credentials.username : result.name;
  const fail = (line: string, error: HttpError): HttpError => {
    node.loginAttempts.count("failed", "http", peer, name);
    log("warning", `HTTP access denied: ${line}`);
    return error;
  };
  const forbid = (reason: string) => fail(`user '${name}' - ${reason}`, notAuthorised(reason));
  if (isRefused(result)) {
    if (result.refused === LOOPBACK_ONLY) throw forbid("User can only log in via localhost");
    throw fail(`user '${name}' - ${result.refused}`, notAuthorized());
  }
  if (!isManagement(result)) throw forbid(WHO.management.refusal);
  if (!hasTag(result, tags)) throw forbid(refusal);
  node.loginAttempts.count("succeeded", "http", peer, name);
  return result;
}
