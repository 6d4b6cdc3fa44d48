import { errorText } from "../../api/error_text.ts";
import type { CommonTexts } from "../../i18n/common_en.ts";
import type { LoginProblem } from "../../oauth/login_problem.ts";
import type { LoginTexts } from "./en.ts";

/** Returns a sentence about a login that failed or has ended, for people. */
export function problemText(problem: LoginProblem, t: LoginTexts, common: CommonTexts): string {
  switch (problem.kind) {
    case "refused":
      return common.errorLoggedOut;
    case "provider":
      return t.provider(problem.reason);
    case "idp_initiated":
      return t.idpInitiated;
    case "api":
      return errorText(problem.error, common);
    default:
      return t[problem.kind];
  }
}
