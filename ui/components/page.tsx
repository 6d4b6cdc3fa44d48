import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

/** A page: its title, its actions, and what it shows. */
export function Page({ title, badges, trail, actions, children }: {
  readonly title: string;
  readonly badges?: ComponentChildren;
  /** Links to what it is a part of. */
  readonly trail?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · HareMQ`;
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        {trail !== undefined && <div class="page-trail">{trail}</div>}
        <h1>{title}</h1>
        {badges}
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
