import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { address, changeQuery } from "../router/router.ts";
import "./tabs.css";

export interface Tab {
  /** Name in the address: `?tab=…`. */
  readonly name: string;
  readonly label: string;
  readonly count?: string;
  readonly content: () => ComponentChildren;
}

/** Moves of the keyboard from one tab to another. */
const MOVES: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Parts of a page, of which one is seen at a time: the address tells which. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const id = useId();
  const open = tabs.find(({ name }) => name === address.value.query.tab) ?? tabs[0];
  const show = (name: string) => changeQuery({ tab: name === tabs[0].name ? undefined : name });
  return (
    <div class="tabs">
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={(event) => {
          const move = MOVES[event.key];
          if (move === undefined) return;
          event.preventDefault();
          const next = tabs[move(tabs.indexOf(open), tabs.length)];
          show(next.name);
          document.getElementById(`${id}-${next.name}`)?.focus();
        }}
      >
        {tabs.map(({ name, label, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === open.name}
            aria-controls={`${id}-panel`}
            tabIndex={name === open.name ? 0 : -1}
            onClick={() => show(name)}
          >
            {label}
            {count !== undefined && <span class="tab-count">{count}</span>}
          </button>
        ))}
      </div>
      <div key={open.name} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open.name}`} class="page">
        {open.content()}
      </div>
    </div>
  );
}
