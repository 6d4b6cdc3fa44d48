import { type Fetch, FetchError, fetchText } from "../access/bounded_fetch.ts";
import type { LogLevel } from "../broker/events/logger.ts";
import type { Span, SpanSink } from "../broker/tracing/spans.ts";
import type { Clock } from "../broker/turn/clock.ts";
import { otlpJson, type ResourceAttributes } from "./otlp_json.ts";

/** Options of the export of spans, with OpenTelemetry's defaults. */
export interface OtlpOptions {
  /** Address that spans are sent to, such as `http://localhost:4318/v1/traces`. */
  readonly url: string;
  /** Headers of each request, such as an API key. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `service.name` haremq. */
  readonly resource?: ResourceAttributes;
  /** Time limit of a request. In milliseconds. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Maximum number of spans that wait to be sent. Beyond it new ones are dropped. Default: 2048. */
  readonly queueMax?: number;
  /** Default: the runtime's. */
  readonly fetch?: Fetch;
}

/** Delay before spans are sent, so that many go together. In milliseconds. */
export const SEND_DELAY_MS = 1000;
/** Maximum number of spans in a request. */
export const BATCH_MAX = 256;
/** Delays before a request is sent again that the collector could not take. In milliseconds. */
const RETRY_DELAYS_MS = [1000, 2000, 4000];
/** Answers after which a request is sent again (OTLP/HTTP: Retryable Response Codes). */
const RETRYABLE = [429, 502, 503, 504];
const ANSWER_BYTES_MAX = 64 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_QUEUE_MAX = 2048;
/** Time limit of the last request, when the broker is closed. In milliseconds. */
const GOODBYE_MS = 2000;

/** The parts of the program that the exporter uses. */
export interface OtlpHost {
  readonly clock: Clock;
  /** Version of HareMQ. */
  readonly version: string;
  log(level: LogLevel, line: string): void;
}

/** Sends spans to a collector (OTLP/HTTP with JSON), in the background and in bounded memory. */
export class OtlpExporter implements SpanSink {
  readonly #options: OtlpOptions;
  readonly #host: OtlpHost;
  #waiting: Span[] = [];
  /** Number of spans in the request under way. */
  #sendingCount = 0;
  #isSending = false;
  #isClosed = false;
  #isFailing = false;
  #cancelTimer: (() => void) | undefined;
  #endPause: (() => void) | undefined;
  /** Numbers of spans that the collector has taken, and that were dropped. */
  sentCount = 0;
  droppedCount = 0;

  constructor(options: OtlpOptions, host: OtlpHost) {
    this.#options = options;
    this.#host = host;
  }

  /** Number of spans that wait to be sent, those under way included. */
  get waitingCount(): number {
    return this.#waiting.length + this.#sendingCount;
  }

  add(span: Span): void {
    if (this.waitingCount >= (this.#options.queueMax ?? DEFAULT_QUEUE_MAX) || this.#isClosed) {
      this.droppedCount++;
      return;
    }
    this.#waiting.push(span);
    if (!this.#isSending) this.#sendLater();
  }

  #sendLater(): void {
    this.#cancelTimer ??= this.#host.clock.after(SEND_DELAY_MS, () => {
      this.#cancelTimer = undefined;
      this.#sendAll();
    });
  }

  /** Sends everything that waits, one request at a time. Never rejects. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      this.#sendingCount = batch.length;
      const isTaken = await this.#send(batch);
      this.#sendingCount = 0;
      if (isTaken) this.sentCount += batch.length;
      else this.droppedCount += batch.length;
      if (!isTaken && this.#isClosed) this.#dropAll();
      // A full batch leaves no time; a small one waits for more.
      if (!this.#isClosed && this.#waiting.length > 0 && this.#waiting.length < BATCH_MAX) {
        this.#sendLater();
        break;
      }
    }
    this.#isSending = false;
  }

  #dropAll(): void {
    this.droppedCount += this.#waiting.length;
    this.#waiting = [];
  }

  /** Sends a batch, again if that may help. Resolves to whether the collector has taken it. */
  async #send(batch: readonly Span[]): Promise<boolean> {
    const { resource = { "service.name": "haremq" } } = this.#options;
    const body = otlpJson(resource, this.#host.version, batch);
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      const problem = await this.#post(body);
      if (problem === undefined) {
        if (this.#isFailing) this.#host.log("info", "spans are sent again");
        this.#isFailing = false;
        return true;
      }
      if (!this.#isFailing) this.#host.log("warning", `spans can't be sent: ${problem.reason}`);
      this.#isFailing = true;
      if (!problem.isRetryable || delayMs === undefined || this.#isClosed) return false;
      await this.#pause(delayMs);
    }
    return false;
  }

  async #post(body: string): Promise<{ readonly reason: string; readonly isRetryable: boolean } | undefined> {
    const { url, headers, timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch } = this.#options;
    const init: RequestInit = {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      redirect: "error",
    };
    const limits = { timeoutMs: this.#isClosed ? GOODBYE_MS : timeoutMs, maxBytes: ANSWER_BYTES_MAX };
    try {
      const { status } = await fetchText(fetch, url, init, limits, this.#host.clock);
      if (status >= 200 && status < 300) return undefined;
      return { reason: `the collector answered ${status}`, isRetryable: RETRYABLE.includes(status) };
    } catch (error) {
      if (error instanceof FetchError) return { reason: error.message, isRetryable: true };
      throw error;
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#host.clock.after(delayMs, resolve);
      this.#endPause = () => (cancel(), resolve());
    });
  }

  /** Sends what waits, once, and takes no more. Resolves in a few seconds at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#endPause?.();
    if (!this.#isSending) await this.#sendAll();
  }
}
