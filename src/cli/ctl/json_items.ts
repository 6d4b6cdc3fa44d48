import type { JsonObject, JsonValue } from "./term.ts";

const Character = {
  quote: 34,
  backslash: 92,
  openBracket: 91,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const;

/**
 * Reads a JSON array of objects from a stream, and yields those of each chunk together, so that a long list is never in
 * memory as a whole. Throws `SyntaxError` for anything else.
 */
export async function* readJsonItems(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly JsonObject[]> {
  const decoder = new TextDecoder();
  let text = "";
  let at = 0;
  let start = -1;
  let depth = 0;
  let isInString = false;
  let isComplete = false;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const items: JsonObject[] = [];
    for (; at < text.length; at++) {
      const character = text.charCodeAt(at);
      if (isInString) {
        if (character === Character.backslash) at++;
        else if (character === Character.quote) isInString = false;
      } else if (character === Character.quote) {
        isInString = true;
      } else if (character === Character.openBrace || character === Character.openBracket) {
        if (++depth === 2) start = at;
      } else if (character === Character.closeBrace || character === Character.closeBracket) {
        if (--depth === 1) {
          items.push(JSON.parse(text.slice(start, at + 1)) as JsonObject);
          start = -1;
        } else if (depth === 0) {
          isComplete = true;
        }
      }
    }
    const kept = start < 0 ? text.length : start;
    text = text.slice(kept);
    at -= kept;
    if (start >= 0) start = 0;
    if (items.length > 0) yield items;
  }
  if (!isComplete) throw new SyntaxError("The list is incomplete.");
}

/** Returns a JSON value as an object. Throws `SyntaxError` when it is none. */
export function asObject(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new SyntaxError("An object was expected.");
}
