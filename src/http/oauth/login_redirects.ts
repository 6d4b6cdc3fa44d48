import type { Peer } from "../../access/access.ts";
import { WHO } from "../authorization.ts";
import { readForm } from "../form.ts";
import { HttpError } from "../http_error.ts";
import { logIn } from "../login.ts";
import type { ManagementHost } from "../management_host.ts";
import { readMechanism } from "./auth_mechanism.ts";

/** Parameters of a provider's answer to a login (RFC 6749 §4.1.2, RFC 9207). */
const ANSWER = ["code", "state", "iss", "error", "error_description"];

type Parameters = Readonly<Record<string, string>>;

/**
 * Leads to the page. Parameters stand behind `#`, so that they reach neither a server's log nor another site.
 *
 * @param parameters of the page's address `#/login`; without them it is the page's start.
 */
function leadToPage({ options }: Pick<ManagementHost, "options">, parameters: Parameters = {}): Response {
  const query = new URLSearchParams(parameters).toString();
  const location = `${options.pathPrefix}/${query === "" ? "" : `#/login?${query}`}`;
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}

/** Leads from the address that a provider sends people back to, to the page. */
export function answerLoginCallback({ url }: Request, host: Pick<ManagementHost, "options">): Response {
  const given = new URL(url).searchParams;
  return leadToPage(host, Object.fromEntries([...given].filter(([name]) => ANSWER.includes(name))));
}

/** Leads to the page after a logout at the provider. */
export const answerLogoutCallback = (host: Pick<ManagementHost, "options">): Response => leadToPage(host);

/** Leads to the page with the choice of a login (RabbitMQ: OAuth 2 Guide, Preferred Authentication Mechanism). */
export function answerLoginLink({ url }: Request, host: ManagementHost): Response {
  const query = new URL(url).searchParams;
  // A token in an address would be written down on its way.
  if (query.has("access_token")) return new Response(null, { status: 405, headers: { allow: "POST" } });
  return leadToPage(host, mechanismIn((name) => query.get(name)));
}

/**
 * Leads to the page with a token that a provider's portal has sent by a form, which comes from another site by its nature
 * (RabbitMQ: OAuth 2 Guide, Identity-Provider-initiated Logon). Rejects with `HttpError` when it is no form.
 */
export async function answerLoginForm(request: Request, host: ManagementHost, peer: Peer): Promise<Response> {
  const form = await readForm(request);
  const token = form.get("access_token");
  if (token === null) {
    const query = new URL(request.url).searchParams;
    const { headers } = request;
    return leadToPage(host, mechanismIn((name) => form.get(name) ?? query.get(name) ?? headers.get(`x-${name}`)));
  }
  // Otherwise any site could log people in as somebody else.
  if (!host.oauth.settings.isIdpInitiated) return leadToPage(host, { refused: "idp_initiated" });
  try {
    await logIn(host, WHO.management, peer, { username: "", password: token });
    return leadToPage(host, { access_token: token });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return leadToPage(host, { refused: "token" });
  }
}

function mechanismIn(read: (name: string) => string | null): Parameters {
  const wanted = readMechanism(read);
  return wanted === undefined ? {} : { [wanted[0]]: wanted[1] };
}
