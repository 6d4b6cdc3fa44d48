import type { ComponentChildren } from "preact";
import "./empty_state.css";

/** What stands in the place of something that is not there, and what to do about it. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <p class="empty-state-title">{title}</p>
      {children !== undefined && <div class="note">{children}</div>}
    </div>
  );
}
