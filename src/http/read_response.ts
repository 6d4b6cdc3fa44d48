import { isAccepted } from "./accepted.ts";

/**
 * Finishes the answer to a read: 406 when the client does not accept its type, 304 when the client already has it, and
 * no body for HEAD.
 */
export function finishRead(response: Response, request: Request): Response {
  const { headers, status } = response;
  const type = headers.get("content-type");
  if (type !== null && !isAccepted(type, request)) return withoutBody(response, { status: 406 });
  if (status === 200 && isKnown(headers.get("etag"), request)) return withoutBody(response, { status: 304, headers });
  return request.method === "HEAD" ? withoutBody(response, { status, headers }) : response;
}

/** Returns another response, and stops the one that has a body. */
function withoutBody(response: Response, init: ResponseInit): Response {
  response.body?.cancel().catch(() => {});
  return new Response(null, init);
}

/** Returns whether a client has what an entity tag stands for, which compression makes a weak one (RFC 9110 §13.1.2). */
function isKnown(etag: string | null, { headers }: Request): boolean {
  const known = headers.get("if-none-match");
  if (etag === null || known === null) return false;
  return known === "*" || known.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
