import type { AttemptCounts } from "../../access/login_attempts.ts";
import { WHO } from "../authorization.ts";
import { readForm } from "../form.ts";
import { badRequest, notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { logIn } from "../login.ts";
import { NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { userDetails } from "./whoami.ts";

const ATTEMPTS = "/api/auth/attempts/:node";

/** Logins (RabbitMQ: `rabbit_mgmt_wm_auth*`, `_hash_password` and `_login`). */
export const AUTH: readonly Route[] = [
  {
    method: "GET",
    path: "/api/auth",
    who: "anyone",
    summary: "Tells the page how to log in: by name and password, or by OAuth 2.",
    handle: ({ host, request }) => ok(host.oauth.answerFor(request)),
  },
  {
    method: "POST",
    path: "/api/login",
    who: "anyone",
    summary: "Checks username and password of a form (application/x-www-form-urlencoded).",
    handle: logInByForm,
  },
  {
    method: "DELETE",
    path: "/api/login",
    who: "anyone",
    summary: "Logs out, which changes nothing: there are no sessions.",
    handle: () => NO_CONTENT,
  },
  {
    method: "GET",
    path: "/api/auth/hash_password/:password",
    who: "administrator",
    summary: "Hashes a password for definitions and for users.",
    handle: ({ host, params }) => ok({ ok: btoa(String.fromCharCode(...host.newPasswords.hash(params.password))) }),
  },
  {
    method: "GET",
    path: ATTEMPTS,
    who: "monitoring",
    summary: "Counts of logins by protocol, since the start or the last reset.",
    returns: "list",
    handle: (request) => {
      checkNode(request);
      const all = [...request.node.loginAttempts.byProtocol];
      return replyObjects(request, all.map(([protocol, counts]) => ({ protocol, ...countsJson(counts) })));
    },
  },
  {
    method: "GET",
    path: `${ATTEMPTS}/source`,
    who: "monitoring",
    summary: "Counts of logins by address, user and protocol: those of the last 10,000 sources.",
    returns: "list",
    handle: (request) => {
      checkNode(request);
      const all = [...request.node.loginAttempts.sources];
      return replyObjects(
        request,
        all.map(({ address, username, protocol, ...counts }) => ({
          remote_address: address,
          username,
          protocol,
          ...countsJson(counts),
        })),
      );
    },
  },
  ...[ATTEMPTS, `${ATTEMPTS}/source`].map((path): Route => ({
    method: "DELETE",
    path,
    who: "administrator",
    summary: "Resets all counts of logins.",
    handle: (request) => {
      checkNode(request);
      request.node.loginAttempts.reset();
      return NO_CONTENT;
    },
  })),
];

function checkNode({ node, params }: ApiRequest): void {
  if (params.node !== node.name) throw notFound();
}

const countsJson = ({ succeeded, failed }: AttemptCounts) => ({
  auth_attempts: succeeded + failed,
  auth_attempts_failed: failed,
  auth_attempts_succeeded: succeeded,
});

async function logInByForm({ request, host, peer }: ApiRequest): Promise<Reply> {
  const form = await readForm(request);
  const [username, password] = ["username", "password"].map((field) => {
    const value = form.get(field);
    if (value === null) throw badRequest(`[{key_missing,${field}}]`);
    return value;
  });
  const user = await logIn(host, WHO.management, peer, { username, password });
  const bytes = new TextEncoder().encode(`${user.name}:${password}`);
  const token = { type: "basic", value: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
  return { ...ok({ token, user: userDetails(host, user) }), headers: { "cache-control": "no-cache" } };
}
