import { errorText } from "../api/error_text.ts";
import { common } from "../i18n/common.ts";
import "./failed_read.css";

/** Says that reading fails, and that it is tried again. */
export function FailedRead({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const t = common();
  if (error === undefined) return null;
  return (
    <div class="failed-read" role="alert">
      <span aria-hidden="true">■</span>
      <span class="failed-read-text">
        {errorText(error, t)} <span class="note">{t.retrying}</span>
      </span>
      <button type="button" class="button" onClick={onRetry}>{t.retryNow}</button>
    </div>
  );
}
