import type { Transport } from "../transport/transport.ts";
import { HttpProblem } from "./problem.ts";
import type { RequestHead } from "./request_head.ts";

/** A host with an optional port (RFC 3986 §3.2.2). */
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(:\d{0,5})?$/;

/** Returns the URL of a request. Throws {@linkcode HttpProblem} for a malformed one. */
export function requestUrl({ target, headers }: RequestHead, { tls }: Transport): string {
  const host = headers.get("host") || "localhost";
  if (!HOST.test(host)) throw new HttpProblem(400, "malformed host header");
  const path = pathOf(target);
  if (path === undefined || path.includes("#")) throw new HttpProblem(400, "malformed request target");
  try {
    return new URL(`${tls === undefined ? "http" : "https"}://${host}${encoded(path)}`).href;
  } catch {
    throw new HttpProblem(400, "malformed request target");
  }
}

function pathOf(target: string): string | undefined {
  if (target.startsWith("/")) return target;
  if (target === "*") return "/*";
  const [, rest] = /^https?:\/\/[^/?]*(.*)$/i.exec(target) ?? [];
  return rest === undefined ? undefined : rest.startsWith("/") ? rest : `/${rest}`;
}

/** Encodes the characters of a path that a URL would change, or that are no ASCII. */
const encoded = (path: string): string =>
  path.replaceAll("\\", "%5C").replace(/[\x80-\xff]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
