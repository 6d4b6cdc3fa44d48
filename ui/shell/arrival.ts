import { end, finishLogin, logInByPortal, restoreSession, session } from "../api/session.ts";
import { address, replaceAddress } from "../router/router.ts";

/** Address of the login within the page, to which RabbitMQ's addresses for OAuth 2 lead. */
const LOGIN = "login";

/** Begins with the login that the page's address brings, or with the one that the tab has kept. */
export async function arrive(): Promise<void> {
  const { path, query } = address.peek();
  if (path[0] !== LOGIN) return await restoreSession();
  const { code, state, error, access_token: token, refused } = query;
  const isAnswer = code !== undefined || state !== undefined || error !== undefined;
  // Neither a reload nor the browser's history uses it again.
  if (isAnswer || token !== undefined || refused !== undefined) replaceAddress("#/login");
  let next: string | undefined;
  if (isAnswer) next = await finishLogin(query);
  else if (token !== undefined) await logInByPortal(token);
  else if (refused === "token" || refused === "idp_initiated") end({ kind: refused });
  else await restoreSession();
  if (session.peek().state === "in") replaceAddress(next ?? "#/");
}
