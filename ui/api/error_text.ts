import { ApiError } from "./api_error.ts";
import type { CommonTexts } from "../i18n/common_en.ts";

/** Returns a sentence about an error, for people. Throws what is not an error of the API. */
export function errorText(error: unknown, texts: CommonTexts): string {
  if (!(error instanceof ApiError)) throw error;
  const { status, reason } = error;
  if (status === 0) return texts.errorNetwork;
  if (error.isLoginRefused) return texts.errorLogin;
  if (status === 401 || status === 403) return texts.errorForbidden(reason);
  if (status === 404) return texts.errorNotFound;
  return status < 500 ? texts.errorRefused(reason) : texts.errorBroken(String(status));
}
