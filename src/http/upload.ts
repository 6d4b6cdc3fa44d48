import { badRequest } from "./http_error.ts";
import { tooLarge } from "./body.ts";

/** Returns whether a request's body is the form of a file upload. */
export const isUpload = (request: Request): boolean =>
  /^multipart\/form-data\s*(;|$)/i.test(request.headers.get("content-type") ?? "");

/** A field of an upload. */
export interface Uploaded {
  readonly text: string;
  /** Name of the file; absent for a plain field. */
  readonly fileName?: string;
}

/**
 * Reads a field of an upload: a file, or plain text. Throws `HttpError` 400 for a body of more than `maxBytes` bytes,
 * for one that is no form, and for one without the field.
 */
export async function readUpload(request: Request, field: string, maxBytes: number): Promise<Uploaded> {
  let bytes = 0;
  let isTooLarge = Number(request.headers.get("content-length") ?? 0) > maxBytes;
  if (isTooLarge) throw tooLarge();
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      isTooLarge = bytes > maxBytes;
      if (isTooLarge) controller.error(tooLarge());
      else controller.enqueue(chunk);
    },
  });
  const headers = { "content-type": request.headers.get("content-type")! };
  let form: FormData;
  try {
    form = await new Response(request.body?.pipeThrough(limit) ?? "", { headers }).formData();
  } catch {
    throw isTooLarge ? tooLarge() : badRequest("the body is not a form (multipart/form-data)");
  }
  const value = form.get(field);
  if (value === null) throw badRequest(`[{key_missing,${field}}]`);
  return typeof value === "string" ? { text: value } : { text: await value.text(), fileName: value.name };
}
