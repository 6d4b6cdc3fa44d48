import { checkOrigin } from "../cors.ts";
import { HttpError, notFound } from "../http_error.ts";
import type { ManagementHost } from "../management_host.ts";
import { readForm } from "../form.ts";
import { type OAuthProvider, ProviderBusyError, ProviderError } from "./oauth_provider.ts";

/** The grants that the page uses, with their parameters (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5). */
const GRANTS: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ["code", "redirect_uri", "code_verifier"],
  refresh_token: ["refresh_token"],
};

type Host = Pick<ManagementHost, "oauth" | "options" | "log">;

/** Answers with what the page needs of a provider's metadata. Rejects with `HttpError`. */
export async function answerMetadata(id: string, host: Host): Promise<Response> {
  const { issuer, authorization_endpoint, end_session_endpoint } = await ask(
    id,
    host,
    (provider) => provider.metadata(),
  );
  return Response.json({ issuer, authorization_endpoint, end_session_endpoint });
}

/**
 * Answers a request for tokens with what the provider says. Only the broker talks to providers, so that a secret stays
 * here and the page's policy allows no other origin. Rejects with `HttpError`.
 */
export async function answerTokens(id: string, request: Request, host: Host): Promise<Response> {
  checkOrigin(request, host.options.headers);
  const form = await readForm(request);
  const type = form.get("grant_type") ?? "";
  if (!Object.hasOwn(GRANTS, type)) {
    return refusal("unsupported_grant_type", `grant_type '${type}' is not for the page`);
  }
  const grant: Record<string, string> = { grant_type: type };
  for (const name of GRANTS[type]) {
    const value = form.get(name) ?? "";
    if (value === "") return refusal("invalid_request", `${name} is missing`);
    grant[name] = value;
  }
  const origin = request.headers.get("origin");
  const { status, json } = await ask(id, host, (provider) => provider.exchange(grant, origin));
  return Response.json(json, { status });
}

/** Returns an error as a token endpoint has them (RFC 6749 §5.2). */
const refusal = (error: string, description: string): Response =>
  Response.json({ error, error_description: description }, { status: 400 });

async function ask<Answer>(
  id: string,
  { oauth, log }: Host,
  question: (provider: OAuthProvider) => Promise<Answer>,
): Promise<Answer> {
  const provider = oauth.providerOf(id);
  if (provider === undefined) throw notFound();
  try {
    return await question(provider);
  } catch (error) {
    if (error instanceof ProviderBusyError) {
      throw new HttpError(503, "service_unavailable", error.message, { "retry-after": "1" });
    }
    if (!(error instanceof ProviderError)) throw error;
    log("warning", `Login to the management page at the provider of resource server '${id}': ${error.message}`);
    throw new HttpError(502, "bad_gateway", "the provider does not answer as it must, see the broker's log");
  }
}
