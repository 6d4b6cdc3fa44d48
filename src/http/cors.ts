import { HttpError } from "./http_error.ts";
import type { HeaderOptions } from "./header_options.ts";

type Cors = Pick<HeaderOptions, "allow_origins" | "max_age">;

/** Adds what tells a browser whether a page of another origin may read an answer (Fetch, CORS protocol). */
export function addCorsHeaders(
  headers: Headers,
  request: Request,
  allow: string,
  { allow_origins, max_age }: Cors,
): void {
  const origin = request.headers.get("origin");
  if (origin === null || origin === "null" || origin === "*") return;
  const isNamed = allow_origins.includes(origin);
  if (!isNamed && !allow_origins.includes("*")) return;
  headers.set("access-control-allow-origin", isNamed ? origin : "*");
  if (isNamed) headers.set("access-control-allow-credentials", "true");
  if (request.method !== "OPTIONS") return;
  headers.set("access-control-max-age", String(max_age));
  headers.set("access-control-allow-methods", allow);
  const wanted = request.headers.get("access-control-request-headers");
  if (wanted !== null && /^[\w-]+( *, *[\w-]+)*$/.test(wanted)) headers.set("access-control-allow-headers", wanted);
}

const READS = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses changes by a page of another origin, for which a browser would send remembered credentials of Basic
 * authentication even when the page may not read the answer. Throws {@linkcode HttpError} 403.
 */
export function checkOrigin({ method, headers, url }: Request, { allow_origins }: Cors): void {
  if (READS.includes(method)) return;
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin !== null && allow_origins.includes(origin)) return;
  const isOwn = site === null
    ? origin === null || hostOf(origin) === (headers.get("host") ?? new URL(url).host)
    : site === "same-origin" || site === "none";
  if (isOwn) return;
  throw new HttpError(403, "forbidden", "a page of another origin changes nothing, see management.cors.allow_origins");
}

const hostOf = (origin: string): string | undefined => /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
