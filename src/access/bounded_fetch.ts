import type { AccessClock } from "./clock.ts";

/** The runtime's `fetch` with the TLS options that it was given. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Limits of an answer. */
export interface FetchLimits {
  /** Time from the request to the end of the answer. In milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface FetchedText {
  readonly status: number;
  readonly text: string;
}

/** A request without a usable answer. Its message has the address without the query, which may contain passwords. */
export class FetchError extends Error {
  override name = "FetchError";
}

/**
 * Fetches a text from a server whose answer may be late or too long. Throws {@linkcode FetchError} for every failure.
 */
export async function fetchText(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  limits: FetchLimits,
  clock: AccessClock,
): Promise<FetchedText> {
  const address = url.split("?")[0];
  const abort = new AbortController();
  const late = new FetchError(`no answer from ${address} within ${limits.timeoutMs} ms`);
  let cancel = () => {};
  const timeout = new Promise<never>((_, reject) => {
    cancel = clock.after(limits.timeoutMs, () => reject(late));
  });
  try {
    const answer = async (): Promise<FetchedText> => {
      const response = await fetch(url, { ...init, signal: abort.signal });
      return { status: response.status, text: await readText(response, limits.maxBytes, address) };
    };
    return await Promise.race([answer(), timeout]);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    // A runtime's own message may repeat the whole address.
    throw new FetchError(`request to ${address} failed (${kindOf(error)})`);
  } finally {
    cancel();
    abort.abort();
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? `${error.name} ${error.code}` : error.name;
}

async function readText(response: Response, maxBytes: number, address: string): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxBytes) throw new FetchError(`answer of ${address} is longer than ${maxBytes} bytes`);
    text += decoder.decode(value, { stream: true });
  }
}
