import type { Say } from "../texts/say.ts";
import { type ManagementClient, path } from "./management_client.ts";
import { visibleJson } from "../../runtime/visible.ts";
import { messageLines } from "./message_lines.ts";
import type { JsonObject } from "./term.ts";
import type { Terminal } from "../../runtime/terminal.ts";

/** Maximum number of messages in a request. */
const BATCH_MAX = 100;
/** Time that a request waits for a message. In seconds. */
const POLL_SECONDS = 20;

/** When to take no more messages. */
export interface End {
  readonly count?: number;
  /** Time without a message. */
  readonly waitSeconds?: number;
  readonly stop: AbortSignal;
}

interface PollOptions {
  readonly isAcknowledged: boolean;
  /** Offset in a stream at which to begin. */
  readonly offset?: string;
}

/** Writes messages in one form. */
export class MessageWriter {
  readonly #terminal: Terminal;
  readonly #form: "json" | "payload" | "message";

  readonly #say: Say;

  constructor(terminal: Terminal, say: Say, form: "json" | "payload" | "message") {
    this.#terminal = terminal;
    this.#say = say;
    this.#form = form;
  }

  async write(messages: readonly JsonObject[]): Promise<void> {
    if (messages.length === 0) return;
    const lines = messages.flatMap((message) => this.#linesOf(message));
    await (this.#form === "message" ? this.#terminal.draw(lines) : this.#terminal.print(lines));
  }

  #linesOf(message: JsonObject): string[] {
    if (this.#form === "message") return messageLines(message, this.#terminal.isColoured, this.#say);
    if (this.#form === "json") return [visibleJson(JSON.stringify(message))];
    const payload = String(message.payload);
    return [payload];
  }
}

/** Takes messages of a queue and writes them, until the end. They are acknowledged when they are written. */
export async function pollMessages(
  api: ManagementClient,
  vhost: string,
  queue: string,
  { count = Infinity, waitSeconds = Infinity, stop }: End,
  writer: MessageWriter,
  { isAcknowledged, offset }: PollOptions,
): Promise<void> {
  const at = path`/api/queues/${vhost}/${queue}`;
  let left = count;
  let waited = 0;
  let from: JsonObject = offset === undefined ? {} : { "x-stream-offset": offset };
  while (left > 0 && waited < waitSeconds && !stop.aborted) {
    const timeout = Math.min(POLL_SECONDS, waitSeconds - waited);
    const asked = {
      count: Math.min(left, BATCH_MAX),
      timeout,
      no_ack: !isAcknowledged,
      arguments: from,
    };
    const polled = await unlessStopped(api.post(`${at}/consume`, asked), stop) as readonly JsonObject[] | undefined;
    if (polled === undefined) return;
    waited = polled.length === 0 ? waited + timeout : 0;
    if (polled.length === 0) continue;
    await writer.write(polled.map(({ token: _, ...message }) => message));
    if (isAcknowledged) await api.post(`${at}/ack`, { tokens: polled.map(({ token }) => token) });
    if (offset !== undefined) from = { "x-stream-offset": Number(polled.at(-1)!.offset) + 1 };
    left -= polled.length;
  }
}

/** Resolves to `undefined` when it is time to stop. */
async function unlessStopped<Answer>(answer: Promise<Answer>, stop: AbortSignal): Promise<Answer | undefined> {
  answer.catch(() => {});
  let stopNow = () => {};
  const stopped = new Promise<undefined>((resolve) => stopNow = () => resolve(undefined));
  stop.addEventListener("abort", stopNow, { once: true });
  try {
    return stop.aborted ? undefined : await Promise.race([answer, stopped]);
  } finally {
    stop.removeEventListener("abort", stopNow);
  }
}
