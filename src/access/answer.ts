import type { Answer } from "./access.ts";

/** Calls `next` with an answer, at once if it is there. */
export function then<T, R>(answer: Answer<T>, next: (value: T) => Answer<R>): Answer<R> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
