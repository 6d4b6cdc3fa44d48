import type { JSX } from "preact";
import { ApiError } from "../api/api_error.ts";
import type { Polled } from "../api/use_poll.ts";
import { common } from "../i18n/common.ts";
import { EmptyState } from "./empty_state.tsx";
import { FailedRead } from "./failed_read.tsx";

/** Shows what is read, and what is wrong with the reading. */
export function Loaded<Answer>({ polled: { data, error, reload }, children }: {
  readonly polled: Polled<Answer>;
  readonly children: (data: Answer) => JSX.Element;
}) {
  const t = common();
  if (error instanceof ApiError && error.status === 404) {
    return <EmptyState title={t.errorNotFound}>{t.notFoundHint}</EmptyState>;
  }
  return (
    <>
      <FailedRead error={error} onRetry={reload} />
      {data !== undefined ? children(data) : error === undefined && <p class="note" aria-busy="true">{t.loading}</p>}
    </>
  );
}
