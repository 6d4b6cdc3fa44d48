import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { common } from "../i18n/common.ts";
import type { List } from "../lists/use_list.ts";
import type { Column } from "./table.tsx";
import "./list_tools.css";

/** Time after the last key before a search begins. In milliseconds. */
const TYPING_MS = 250;

/** Search and choice of columns above a list. */
export function ListTools<Item>({ list: { state, change }, columns, children }: {
  readonly list: List<Item>;
  readonly columns: readonly Column<Item>[];
  readonly children?: ComponentChildren;
}) {
  const t = common();
  const [search, setSearch] = useState(state.search);
  useEffect(() => setSearch(state.search), [state.search]);
  useEffect(() => {
    if (search === state.search) return;
    const timer = setTimeout(() => change({ search }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [search]);
  return (
    <div class="list-tools" role="search">
      <input
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <label class="check-field">
        <input
          type="checkbox"
          checked={state.isRegex}
          onChange={(event) => change({ isRegex: event.currentTarget.checked })}
        />
        {t.regex}
      </label>
      {children}
      <ColumnChooser list={{ state, change }} columns={columns} />
    </div>
  );
}

function ColumnChooser<Item>({ list: { state, change }, columns }: {
  readonly list: Pick<List<Item>, "state" | "change">;
  readonly columns: readonly Column<Item>[];
}) {
  const choice = columns.slice(1);
  const usual = choice.filter(({ isExtra }) => isExtra !== true).map(({ key }) => key);
  const chosen = state.columns ?? usual;
  const toggle = (key: string, isShown: boolean) => {
    const next = choice.map(({ key }) => key).filter((other) => other === key ? isShown : chosen.includes(other));
    change({ page: state.page, columns: next.join() === usual.join() ? undefined : next });
  };
  return (
    <details class="column-chooser">
      <summary class="button">{common().columns}</summary>
      <div class="column-chooser-list">
        {choice.map(({ key, label }) => (
          <label key={key} class="check-field">
            <input
              type="checkbox"
              checked={chosen.includes(key)}
              onChange={(event) => toggle(key, event.currentTarget.checked)}
            />
            {label}
          </label>
        ))}
      </div>
    </details>
  );
}
