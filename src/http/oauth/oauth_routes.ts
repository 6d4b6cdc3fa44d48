import type { Context, Hono } from "hono";
import type { ManagementEnv } from "../management_env.ts";
import type { ManagementHost } from "../management_host.ts";
import { answerLoginCallback, answerLoginForm, answerLoginLink, answerLogoutCallback } from "./login_redirects.ts";
import { answerMetadata, answerTokens } from "./token_requests.ts";

/** Folder of RabbitMQ's page for OAuth 2, whose addresses are registered at providers. */
const FOLDER = "/js/oidc-oauth";
const TOKEN_ENDPOINT = `${FOLDER}/token-endpoint/:id`;

type Handler = (context: Context<ManagementEnv>) => Response | Promise<Response>;

/**
 * Serves the addresses that logins to the page by OAuth 2 need.
 *
 * @param refuse makes the answer to a request whose handler has thrown an error.
 */
export function serveOAuth(
  app: Hono<ManagementEnv>,
  host: ManagementHost,
  refuse: (thrown: unknown) => Response,
): void {
  const serve = (method: "get" | "post", path: string, handle: Handler) =>
    app[method](path, async (context) => {
      try {
        const response = await handle(context);
        response.headers.set("cache-control", "no-store");
        return response;
      } catch (error) {
        return refuse(error);
      }
    });
  serve("get", `${FOLDER}/login-callback.html`, ({ req }) => answerLoginCallback(req.raw, host));
  serve("get", `${FOLDER}/logout-callback.html`, () => answerLogoutCallback(host));
  serve("get", `${TOKEN_ENDPOINT}/openid-configuration`, ({ req }) => answerMetadata(req.param("id")!, host));
  serve("post", TOKEN_ENDPOINT, ({ req }) => answerTokens(req.param("id")!, req.raw, host));
  serve("get", "/login", ({ req }) => answerLoginLink(req.raw, host));
  serve("post", "/login", ({ req, env }) => answerLoginForm(req.raw, host, env.peer));
  for (const [path, allow] of [[TOKEN_ENDPOINT, "POST"], ["/login", "HEAD, GET, POST"]]) {
    app.all(path, () => new Response(null, { status: 405, headers: { allow } }));
  }
}
