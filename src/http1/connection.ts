import type { Transport } from "../transport/transport.ts";
import { Input } from "./input.ts";
import { HEADERS_MAX_BYTES, type HttpServerOptions, REQUEST_LINE_MAX_BYTES } from "./options.ts";
import { acceptsGzip, Answer, CONTINUE, switchingProtocols } from "./output.ts";
import { Disconnected, HttpProblem } from "./problem.ts";
import { RequestBody } from "./request_body.ts";
import { parseRequestHead, type RequestHead } from "./request_head.ts";
import { requestUrl } from "./request_url.ts";
import type { HttpUpgrade, Upgrade } from "./upgrade.ts";

/** Version of HTTP in a request's line. */
export type HttpVersion = "HTTP/1.0" | "HTTP/1.1";

/** Answers a request. Must not reject. */
export type HttpHandler = (request: Request, transport: Transport, version: HttpVersion) => Promise<Response>;

/** The parts of a server that its connections use. */
export interface HttpConnectionHost {
  readonly options: HttpServerOptions;
  readonly handle: HttpHandler;
  /** Absent where no request changes to another protocol. */
  readonly upgrade?: HttpUpgrade;
  /** Calls back after a delay; returns a function that prevents that. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** True when no further requests are taken. */
  readonly isClosing: boolean;
  /** Reports that a connection has begun or finished a request. */
  busy(connection: HttpConnection): void;
  idle(connection: HttpConnection): void;
}

/** Maximum length of the rest of an unread body that is dropped to keep a connection. In bytes. */
const DROPPED_MAX_BYTES = 64 * 1024;
/** Time that a peer gets to read the last answer before its connection is dropped. In milliseconds. */
const LINGER_MS = 1000;
/** Methods of which a web-standard `Request` can't be made. */
const UNSUPPORTED_METHODS = ["CONNECT", "TRACE", "TRACK"];

/** One connection of a peer that sends requests. */
export class HttpConnection {
  readonly #host: HttpConnectionHost;
  readonly #transport: Transport;
  readonly #input: Input;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #aborted: Promise<void>;
  #reportAborted = () => {};
  /** Ends the current request. */
  #gone = new AbortController();
  #isEndless = false;
  #isUpgraded = false;
  #requests = 0;
  /** The reason why the body of the current request could not be read. */
  #bodyError: Error | undefined;

  constructor(host: HttpConnectionHost, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
    this.#input = new Input(transport.readable);
    this.#writer = transport.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.#aborted = new Promise((resolve) => this.#reportAborted = resolve);
  }

  /** Serves requests until the peer or the server ends the connection. Never rejects. */
  async serve(): Promise<void> {
    // A handler may take longer than its connection lasts.
    await Promise.race([this.#serveAll(), this.#aborted]);
    this.abort();
  }

  async #serveAll(): Promise<void> {
    try {
      while (await this.#serveRequest());
      if (!this.#isUpgraded) await this.#end();
    } catch (error) {
      if (error instanceof HttpProblem) await this.#refuse(error);
      // Any other is the loss of the connection.
    }
  }

  /** Refuses the peer with a status, and ends. Never rejects. */
  async refuse(status: number, reason: string): Promise<void> {
    await this.#refuse(new HttpProblem(status, reason));
    this.abort();
  }

  /** True while it carries a stream of events, for whose end nobody waits. */
  get isEndless(): boolean {
    return this.#isEndless;
  }

  /** Drops the connection, unless another protocol has taken it over. */
  abort(): void {
    if (this.#isUpgraded) return;
    this.#transport.abort?.();
    this.#writer.abort().catch(() => {});
    this.#gone.abort();
    this.#reportAborted();
  }

  /** Serves one request. Resolves with true when another one may follow. */
  async #serveRequest(): Promise<boolean> {
    const { options } = this.#host;
    this.#host.idle(this);
    const text = await this.#within(
      options.request_timeout,
      this.#input.takeHead(REQUEST_LINE_MAX_BYTES, REQUEST_LINE_MAX_BYTES + HEADERS_MAX_BYTES),
      // A peer that has sent nothing does not wait for an answer.
      () => this.#input.hasBytes ? new HttpProblem(408, "the request took too long") : new Disconnected("idle"),
    );
    if (text === undefined || this.#host.isClosing) return false;
    this.#host.busy(this);
    const head = parseRequestHead(text);
    if (UNSUPPORTED_METHODS.includes(head.method.toUpperCase())) throw new HttpProblem(501, "method not supported");
    const url = requestUrl(head, this.#transport);
    const upgrade = await this.#host.upgrade?.({ ...head, url }, this.#transport);
    if (upgrade !== undefined && "start" in upgrade) {
      await this.#change(upgrade, head);
      return false;
    }
    const body = new RequestBody(this.#input, head.body);
    const gone = this.#gone = new AbortController();
    const response = upgrade ?? await this.#handle(head, url, body, gone);
    if (this.#bodyError !== undefined) throw this.#bodyError;
    this.#requests++;
    const mayGoOn = head.isKeptAlive && this.#requests < options.max_keepalive && !this.#host.isClosing;
    const answer = new Answer(response, {
      method: head.method,
      isHttp11: head.isHttp11,
      isKeptAlive: mayGoOn && await this.#isAtEnd(body, head),
      compresses: options.compress && acceptsGzip(head.headers.get("accept-encoding")),
    });
    if (body.isDone) this.#watch(gone);
    this.#isEndless = answer.isEndless;
    if (this.#isEndless && this.#host.isClosing) {
      await response.body?.cancel();
      return false;
    }
    try {
      await answer.write((bytes) => this.#write(bytes), gone.signal);
    } finally {
      gone.abort();
    }
    return answer.isKeptAlive;
  }

  /** Answers that another protocol follows, and leaves the connection to it. */
  async #change(upgrade: Upgrade, { body }: RequestHead): Promise<void> {
    if (body !== 0) throw new HttpProblem(400, "a request for another protocol has no body");
    await this.#write(switchingProtocols(upgrade.headers));
    this.#isUpgraded = true;
    this.#writer.releaseLock();
    const received = this.#input.release();
    upgrade.start(this.#transport, received);
  }

  async #handle(head: RequestHead, url: string, body: RequestBody, gone: AbortController): Promise<Response> {
    const { method, headers } = head;
    // A handler that compresses answers itself shall not do so either.
    if (!this.#host.options.compress) headers.delete("accept-encoding");
    const hasBody = !body.isDone && method !== "GET" && method !== "HEAD";
    const init = { method, headers, signal: gone.signal };
    const stream = hasBody ? this.#streamOf(body, head, gone) : undefined;
    const request = new Request(
      url,
      stream === undefined ? init : { ...init, body: stream, duplex: "half" } as RequestInit,
    );
    if (!hasBody) this.#watch(gone);
    const version = head.isHttp11 ? "HTTP/1.1" : "HTTP/1.0";
    const answer = this.#host.handle(request, this.#transport, version);
    // A body, which has the same limit for itself, may come first.
    const limitMs = this.#host.options.inactivity_timeout * (hasBody ? 2 : 1);
    return await this.#within(limitMs, answer, () => {
      answer.then(({ body }) => body?.cancel());
      return new HttpProblem(503, "the answer took too long");
    });
  }

  /** Aborts a request when its peer goes away. */
  #watch(gone: AbortController): void {
    if (this.#input.hasBytes) return;
    this.#input.receive().then((isThere) => {
      if (!isThere) gone.abort();
    });
  }

  #streamOf(body: RequestBody, { expectsContinue }: RequestHead, gone: AbortController): ReadableStream<Uint8Array> {
    const { idle_timeout, inactivity_timeout } = this.#host.options;
    let isAsked = !expectsContinue;
    let isLate = false;
    let cancel = () => {};
    const late = () => new HttpProblem(408, "the body took too long");
    return new ReadableStream({
      start: () => {
        cancel = this.#host.after(inactivity_timeout, () => isLate = true);
      },
      pull: async (controller) => {
        try {
          if (!isAsked) await this.#write(CONTINUE);
          isAsked = true;
          const piece = await this.#within(idle_timeout, body.next(), late);
          if (isLate) throw late();
          if (piece === undefined) controller.close();
          else controller.enqueue(piece);
          if (!body.isDone) return;
          cancel();
          this.#watch(gone);
        } catch (error) {
          cancel();
          this.#bodyError = error as Error;
          controller.error(error);
        }
      },
      cancel: () => cancel(),
    }, { highWaterMark: 0 });
  }

  /** Drops what is left of a body, if that is little. Resolves with true when the next request can be read. */
  async #isAtEnd(body: RequestBody, { expectsContinue }: RequestHead): Promise<boolean> {
    if (expectsContinue && !body.isDone) return false;
    try {
      const drop = async () => {
        for (let bytes = 0; !body.isDone && bytes < DROPPED_MAX_BYTES;) bytes += (await body.next())?.length ?? 0;
      };
      await this.#within(LINGER_MS, drop());
      return body.isDone;
    } catch {
      return false;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#within(this.#host.options.idle_timeout, this.#writer.write(bytes));
  }

  /** Resolves with the result of work. Rejects when that takes too long. */
  async #within<Result>(limitMs: number, work: Promise<Result>, error = (): Error => new Disconnected("late")) {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#host.after(limitMs, () => reject(error()));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  async #refuse({ status, message }: HttpProblem): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ error: "bad_request", reason: message }));
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const context = { method: "GET", isHttp11: true, isKeptAlive: false, compresses: false };
    try {
      await new Answer(new Response(body, { status, headers }), context).write(
        (bytes) => this.#write(bytes),
        this.#gone.signal,
      );
      await this.#end();
    } catch {
      // The peer is gone.
    }
  }

  /** Ends the connection, and lets the peer read what was written: a reset would make its system drop it. */
  async #end(): Promise<void> {
    const drain = async () => {
      await this.#writer.close();
      while (await this.#input.receive()) await this.#input.take(Infinity);
    };
    await this.#within(LINGER_MS, drain());
  }
}
