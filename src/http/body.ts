import { badRequest, HttpError } from "./http_error.ts";

/**
 * Reads a request's body as text. Throws `HttpError` 400 for a body of more than `maxBytes` bytes, of which it takes no
 * more than that, and for one that is not UTF-8.
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  const reader = request.body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.length;
      if (bytes > maxBytes) throw tooLarge();
      text += decoder.decode(chunk.value, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof HttpError) throw error;
    throw badRequest(error instanceof TypeError ? "the body is not UTF-8" : "the body could not be read");
  }
}

export const tooLarge = () => badRequest("Exceeded HTTP request body size limit");
