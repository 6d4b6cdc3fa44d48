import { tokensOf } from "./request_head.ts";

/** Maximum length of a piece that is written or compressed at once. In bytes. */
const PIECE_MAX_BYTES = 64 * 1024;
/** Length of a body below which it is not compressed, as in Cowboy. In bytes. */
const COMPRESSED_MIN_BYTES = 300;

/** Time of compressing after which other work is done. In milliseconds. */
const COMPRESSING_MS = 3;

const ascii = new TextEncoder();
const CRLF = ascii.encode("\r\n");
const LAST_CHUNK = ascii.encode("0\r\n\r\n");
export const CONTINUE = ascii.encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Returns the answer behind which another protocol follows. */
export function switchingProtocols(headers: Readonly<Record<string, string>>): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return ascii.encode(`HTTP/1.1 101 ${REASONS[101]}\r\n${lines.join("")}\r\n`);
}

/** The circumstances of an answer. */
export interface AnswerContext {
  readonly method: string;
  readonly isHttp11: boolean;
  /** True when the connection goes on after the answer. */
  readonly isKeptAlive: boolean;
  /** True when the body is compressed if that helps. */
  readonly compresses: boolean;
}

/** Returns whether a peer takes a body compressed by gzip. */
export const acceptsGzip = (acceptEncoding: string | null): boolean =>
  tokensOf(acceptEncoding).some((token) => /^(gzip|x-gzip|\*)(\s*;\s*q=(?!0(\.0*)?$).*)?$/.test(token));

/** An answer as the bytes of HTTP/1.1. */
export class Answer {
  readonly #response: Response;
  readonly #headers: Headers;
  readonly #body: ReadableStream<Uint8Array> | null;
  readonly #isHttp11: boolean;
  /** True when the connection goes on after it. */
  readonly isKeptAlive: boolean;

  constructor(response: Response, { method, isHttp11, isKeptAlive, compresses }: AnswerContext) {
    this.#response = response;
    this.#isHttp11 = isHttp11;
    const headers = this.#headers = new Headers(response.headers);
    const { status } = response;
    const mayHaveBody = status >= 200 && status !== 204 && status !== 304;
    let body = response.body as ReadableStream<Uint8Array> | null;
    if (compresses && body !== null && isWorthCompressing(headers)) {
      body = compressed(body);
      headers.delete("content-length");
      headers.set("content-encoding", "gzip");
      const etag = headers.get("etag");
      if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
    }
    if (body === null && mayHaveBody && method !== "HEAD") headers.set("content-length", "0");
    // Without its length a body ends with the connection in HTTP/1.0.
    const isOpenEnded = body !== null && !headers.has("content-length");
    if (isOpenEnded && isHttp11) headers.set("transfer-encoding", "chunked");
    this.isKeptAlive = isKeptAlive && (isHttp11 || !isOpenEnded);
    if (!this.isKeptAlive) headers.set("connection", "close");
    else if (!isHttp11) headers.set("connection", "keep-alive");
    if (!headers.has("date")) headers.set("date", new Date().toUTCString());
    if (!headers.has("server")) headers.set("server", "HareMQ");
    if (!mayHaveBody || method === "HEAD") {
      body?.cancel().catch(() => {});
      body = null;
    }
    this.#body = body;
  }

  /**
   * Writes all of it. Rejects when that is impossible; the connection can't go on then.
   *
   * @param gone the peer has closed its side: a stream of events ends, while others are written as far as possible.
   */
  async write(write: (bytes: Uint8Array) => Promise<void>, gone: AbortSignal): Promise<void> {
    const head = ascii.encode(this.#head());
    const reader = this.#body?.getReader();
    if (reader === undefined) return await write(head);
    const cancel = () => void reader.cancel().catch(() => {});
    if (this.isEndless) gone.addEventListener("abort", cancel);
    try {
      const isChunked = this.#isChunked;
      let before = head;
      // Its first piece may come late.
      if (isChunked) {
        await write(head);
        before = NO_BYTES;
      }
      for (let piece = await reader.read(); piece.value !== undefined; piece = await reader.read()) {
        for (const bytes of pieces(piece.value)) {
          if (isChunked) await write(joined(ascii.encode(`${bytes.length.toString(16)}\r\n`), bytes, CRLF));
          // A copy of each piece would be so much garbage that its collection delays messages.
          else await write(before.length === 0 ? bytes : joined(before, bytes));
          before = NO_BYTES;
        }
      }
      if (isChunked) await write(LAST_CHUNK);
      else if (before.length > 0) await write(before);
    } catch (error) {
      cancel();
      throw error;
    }
  }

  /** True for a stream of events, which ends only with its connection. */
  get isEndless(): boolean {
    return /^text\/event-stream/.test(this.#headers.get("content-type") ?? "");
  }

  get #isChunked(): boolean {
    return this.#isHttp11 && this.#body !== null && this.#headers.has("transfer-encoding");
  }

  #head(): string {
    const { status, statusText } = this.#response;
    let head = `HTTP/1.1 ${status} ${statusText || REASONS[status] || "Unknown"}\r\n`;
    for (const [name, value] of this.#headers) head += `${name}: ${value}\r\n`;
    return `${head}\r\n`;
  }
}

const NO_BYTES = new Uint8Array(0);

function isWorthCompressing(headers: Headers): boolean {
  if (headers.has("content-encoding")) return false;
  if (!/^(text\/(?!event-stream)|application\/(json|javascript|openmetrics))/.test(headers.get("content-type") ?? "")) {
    return false;
  }
  return Number(headers.get("content-length") ?? Infinity) >= COMPRESSED_MIN_BYTES;
}

/** Compresses a stream piece by piece, so that other work is done in between. */
function compressed(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let sinceMs = performance.now();
  const cut = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    async transform(chunk, controller) {
      for (const piece of pieces(chunk)) {
        controller.enqueue(piece as Uint8Array<ArrayBuffer>);
        if (performance.now() - sinceMs < COMPRESSING_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        sinceMs = performance.now();
      }
    },
  });
  return body.pipeThrough(cut).pipeThrough(new CompressionStream("gzip"));
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_MAX_BYTES) yield bytes.subarray(at, at + PIECE_MAX_BYTES);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Reason phrases (RFC 9110 §15), as Cowboy writes them. */
const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Request Entity Too Large",
  414: "Request-URI Too Long",
  415: "Unsupported Media Type",
  417: "Expectation Failed",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};
