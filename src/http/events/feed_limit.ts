import { HttpError } from "../http_error.ts";

/** Maximum number of feeds of one kind, of a user and of all users. */
const FEEDS_MAX_OF_USER = 10;
const FEEDS_MAX = 100;

/**
 * Checks that a user may open another feed. Throws `HttpError` 429 when there are too many.
 *
 * @param userNames those of the open feeds.
 */
export function checkFeedLimit(userNames: readonly string[], userName: string, what: string): void {
  const ofUser = userNames.filter((name) => name === userName).length;
  if (userNames.length >= FEEDS_MAX || ofUser >= FEEDS_MAX_OF_USER) {
    throw new HttpError(429, "too_many_requests", `too many ${what} are open`);
  }
}
