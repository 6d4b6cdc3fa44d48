import { request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { ClientTls } from "./client_tls.ts";
import { connectionOptionsOf } from "./client_tls_connection.ts";

/** Where requests go, and how. */
export interface NodeFetchOptions extends ClientTls {
  /** Time limit of connecting, the TLS handshake included. In milliseconds. Default: none. */
  readonly connectTimeoutMs?: number;
  /** A Unix-domain socket to which requests go, whatever host their URL names. */
  readonly socketPath?: string;
}

const REDIRECTS_MAX = 20;
const NO_BODY = [204, 304];

type SimpleFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Returns a `fetch` for requests with a text or no body, that can do without verification and use Unix-domain sockets,
 * which that of other runtimes can't.
 */
export function nodeFetch({ socketPath, connectTimeoutMs, ...tls }: NodeFetchOptions): SimpleFetch {
  // Connections that others share might have been verified differently.
  const options: RequestOptions = { ...connectionOptionsOf(tls), socketPath, agent: false };

  const send = (url: string, { method, headers, body, signal }: RequestInit): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = url.startsWith("https:") ? requestHttps : requestHttp;
      const sent = { ...options, method, headers: headers as Record<string, string>, signal: signal ?? undefined };
      const asked = request(url, sent, resolve);
      asked.on("error", reject);
      if (connectTimeoutMs !== undefined) limitConnecting(asked, url.startsWith("https:"), connectTimeoutMs);
      // The length must be known: RabbitMQ takes no chunks.
      asked.end(typeof body === "string" ? body : undefined);
    });

  return async (url, init) => {
    let place = url;
    for (let redirects = 0;; redirects++) {
      const answer = await send(place, init);
      const { statusCode: status = 0, headers: { location } } = answer;
      if (status < 300 || status > 399 || location === undefined) return responseOf(answer, status);
      answer.destroy();
      if (init.redirect === "error" || redirects === REDIRECTS_MAX || init.body) {
        throw new TypeError(`${place} redirects to another place`);
      }
      place = new URL(location, place).href;
    }
  };
}

/** Fails a request whose connection is not ready in time. */
function limitConnecting(asked: ClientRequest, isSecure: boolean, timeoutMs: number): void {
  const timer = setTimeout(() => {
    const error = new Error(`no connection within ${timeoutMs} ms`);
    error.name = "ConnectTimeoutError";
    asked.destroy(error);
  }, timeoutMs);
  asked.on("socket", (socket) => socket.once(isSecure ? "secureConnect" : "connect", () => clearTimeout(timer)));
  asked.on("close", () => clearTimeout(timer));
}

function responseOf(answer: IncomingMessage, status: number): Response {
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, values]) =>
    values!.map((value): [string, string] => [name, value])
  );
  if (!NO_BODY.includes(status)) return new Response(bodyOf(answer), { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
}

/** Returns the body as a stream, which asks for a chunk when its reader does. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => void answer.destroy(),
  }, { highWaterMark: 0 });
}
