import { signal } from "@preact/signals";
import { common } from "../i18n/common.ts";
import "./toasts.css";

/** Time that a toast stays. In milliseconds. */
const SHOWN_MS = 6_000;

/** Number of toasts at a time; the oldest go first. */
const SHOWN_MAX = 4;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
}

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Says that something was done. */
export function say(text: string): void {
  const id = show(text, false);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Says that something failed: it stays until it is closed. */
export function sayError(text: string): void {
  show(text, true);
}

function show(text: string, isError: boolean): number {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, text, isError }].slice(-SHOWN_MAX);
  return id;
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** The place of the toasts, which screen readers read out. */
export function Toasts() {
  const t = common();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, isError }) => (
        <div key={id} class="toast" data-tone={isError ? "bad" : "good"}>
          <span aria-hidden="true">{isError ? "■" : "●"}</span>
          <span class="toast-text">{text}</span>
          <button type="button" class="button" data-kind="quiet" aria-label={t.close} onClick={() => dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
