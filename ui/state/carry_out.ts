import { ApiError } from "../api/api_error.ts";
import { errorText } from "../api/error_text.ts";
import { say, sayError } from "../components/toasts.tsx";
import { common } from "../i18n/common.ts";

/**
 * Carries a change out, and says that it is done or why not. Resolves with true when it is done.
 *
 * @param done what is said then.
 */
export async function carryOut<Answer>(
  change: Promise<Answer>,
  done: string | ((answer: Answer) => string),
): Promise<boolean> {
  try {
    const answer = await change;
    say(typeof done === "string" ? done : done(answer));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    sayError(errorText(error, common()));
    return false;
  }
}
