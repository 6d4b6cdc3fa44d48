import { readBody } from "./body.ts";
import { HttpError } from "./http_error.ts";

/** Maximum length of the form of a login. In bytes. */
const FORM_BYTES_MAX = 64 * 1024;

/** Reads the body of a form. Throws `HttpError` 415 for one that is none, and 400 for one that is too long. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw new HttpError(415, "unsupported_media_type", "application/x-www-form-urlencoded is expected");
  }
  return new URLSearchParams(await readBody(request, FORM_BYTES_MAX));
}
