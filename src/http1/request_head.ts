import { HEADERS_MAX } from "./options.ts";
import { HttpProblem } from "./problem.ts";

/** Line and headers of a request. */
export interface RequestHead {
  readonly method: string;
  /** Path and query, or an absolute URL. */
  readonly target: string;
  readonly isHttp11: boolean;
  readonly headers: Headers;
  /** Length of the body in bytes; `chunked` where chunks tell it. */
  readonly body: number | "chunked";
  /** True when the peer wants to send another request. */
  readonly isKeptAlive: boolean;
  /** True when the peer waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

const LINE = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+) (\S+) HTTP\/(\d)\.(\d)$/;
/** A header (RFC 9112 §5): no space before the colon, no line folding, no control characters. */
// deno-lint-ignore no-control-regex
const HEADER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):([^\x00-\x08\x0a-\x1f\x7f]*)$/;

/** Parses the text before the empty line. Throws {@linkcode HttpProblem}. */
export function parseRequestHead(text: string): RequestHead {
  const lines = text.split("\r\n");
  const [, method, target, major, minor] = LINE.exec(lines[0]) ?? [];
  if (method === undefined) throw new HttpProblem(400, "malformed request line");
  if (major !== "1") throw new HttpProblem(505, "HTTP version not supported");
  const headers = readHeaders(lines);
  const isHttp11 = minor !== "0";
  if (isHttp11 && !headers.has("host")) throw new HttpProblem(400, "no host header");
  const connection = tokensOf(headers.get("connection"));
  return {
    method,
    target,
    isHttp11,
    headers,
    body: bodyOf(headers, isHttp11),
    isKeptAlive: isHttp11 ? !connection.includes("close") : connection.includes("keep-alive"),
    expectsContinue: isHttp11 && headers.get("expect")?.toLowerCase() === "100-continue",
  };
}

function readHeaders(lines: readonly string[]): Headers {
  if (lines.length - 1 > HEADERS_MAX) throw new HttpProblem(431, "too many headers");
  const headers = new Headers();
  for (let at = 1; at < lines.length; at++) {
    const [, name, value] = HEADER.exec(lines[at]) ?? [];
    if (name === undefined) throw new HttpProblem(400, "malformed header");
    const isSingle = SINGLE.includes(name.toLowerCase());
    if (isSingle && headers.has(name)) throw new HttpProblem(400, `more than one header ${name.toLowerCase()}`);
    headers.append(name, trimmed(value));
  }
  return headers;
}

/** Removes spaces and tabs around a value, in linear time. */
function trimmed(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isBlank(value[start])) start++;
  while (end > start && isBlank(value[end - 1])) end--;
  return value.slice(start, end);
}

const isBlank = (character: string): boolean => character === " " || character === "\t";

/** Headers of which a second one would let two servers read a request in two ways. */
const SINGLE = ["host", "content-length", "transfer-encoding", "authorization"];

function bodyOf(headers: Headers, isHttp11: boolean): number | "chunked" {
  const length = headers.get("content-length");
  const encoding = headers.get("transfer-encoding");
  if (encoding !== null) {
    if (length !== null || !isHttp11) throw new HttpProblem(400, "a body has one length");
    if (encoding.toLowerCase() !== "chunked") throw new HttpProblem(501, "transfer-encoding not supported");
    return "chunked";
  }
  if (length === null) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new HttpProblem(400, "malformed content-length");
  return Number(length);
}

/** Splits a list of tokens, which are lower case. */
export const tokensOf = (value: string | null): string[] =>
  (value ?? "").split(",").map((token) => token.trim().toLowerCase());
