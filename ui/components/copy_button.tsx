import { common } from "../i18n/common.ts";
import { say } from "./toasts.tsx";

/** A button that copies a text. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const t = common();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(t.copied);
  };
  return (
    <button
      type="button"
      class="button"
      data-kind="quiet"
      aria-label={`${t.copy}: ${what}`}
      onClick={() => void copy()}
    >
      {t.copy}
    </button>
  );
}
