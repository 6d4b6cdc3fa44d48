import { addCorsHeaders } from "./cors.ts";
import { DEFAULT_HEADER_OPTIONS, type HeaderOptions } from "./header_options.ts";

/** Options with the header that each one sets. */
const CONFIGURED = [
  ["csp", "content-security-policy"],
  ["hsts", "strict-transport-security"],
  ["content_type_options", "x-content-type-options"],
  ["xss_protection", "x-xss-protection"],
  ["frame_options", "x-frame-options"],
  ["referrer_policy", "referrer-policy"],
] as const;

/** Value of `allow` where no route says which methods there are, as in RabbitMQ. */
const READS = "HEAD, GET, OPTIONS";

/** Adds the headers that all answers have (RabbitMQ: Management Plugin, HTTP API). */
export function addCommonHeaders({ headers, status }: Response, request: Request, options: HeaderOptions): void {
  for (const [option, name] of CONFIGURED) {
    const value = options[option];
    if (value === undefined || value === "") continue;
    // The page has a stricter policy than the default.
    if (option !== "csp" || value !== DEFAULT_HEADER_OPTIONS.csp || !headers.has(name)) headers.set(name, value);
  }
  const allow = headers.get("allow") ?? READS;
  headers.set("allow", allow);
  const isRead = (request.method === "GET" || request.method === "HEAD") && status < 300;
  setOnce(headers, "cache-control", isRead ? "no-cache" : "public, max-age=0, must-revalidate");
  setOnce(headers, "vary", isRead ? "accept, accept-encoding, origin" : "origin, accept-encoding");
  addCorsHeaders(headers, request, allow, options);
  if (options.hide_allow_header && status !== 405 && request.method !== "OPTIONS") headers.delete("allow");
}

function setOnce(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value);
}
