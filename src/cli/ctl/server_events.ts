import { asObject } from "./json_items.ts";
import type { JsonObject, JsonValue } from "./term.ts";

/** A server-sent event whose data is a JSON object. */
export interface ServerEvent {
  readonly name: string;
  readonly data: JsonObject;
}

/**
 * Reads server-sent events from a stream, and yields those of each chunk together. Ends when `stop` is aborted. Throws
 * `SyntaxError` for data that is no JSON object.
 */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
  stop: AbortSignal,
): AsyncGenerator<readonly ServerEvent[]> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  stop.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (!stop.aborted) {
      const { done, value } = await reader.read();
      if (done || stop.aborted) return;
      text += decoder.decode(value, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop()!;
      if (parts.length > 0) yield parts.map(readEvent);
    }
  } finally {
    stop.removeEventListener("abort", cancel);
    cancel();
  }
}

function readEvent(text: string): ServerEvent {
  const fields = new Map(
    text.split("\n").map((line): [string, string] => {
      const at = line.indexOf(": ");
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  return { name: fields.get("event") ?? "", data: asObject(JSON.parse(fields.get("data") ?? "null") as JsonValue) };
}
