import type { ListPage } from "../api/types.ts";
import { format } from "../format/format.ts";
import { common } from "../i18n/common.ts";
import { type ListState, PAGE_SIZES } from "../lists/list_state.ts";
import "./pager.css";

/** The pages of a list: which one is shown, and how long they are. */
export function Pager({ page, onChange }: {
  readonly page: ListPage<unknown>;
  readonly onChange: (changes: Partial<ListState>) => void;
}) {
  const t = common();
  const count = (value: number) => format().count(value);
  const last = Math.max(1, page.page_count);
  return (
    <div class="pager">
      <span class="note">{t.shown(count(page.filtered_count), count(page.total_count))}</span>
      {last > 1 && (
        <nav aria-label={t.listPages} class="pager-pages">
          <button
            type="button"
            class="button"
            aria-label={t.previousPage}
            disabled={page.page <= 1}
            onClick={() => onChange({ page: page.page - 1 })}
          >
            ‹
          </button>
          <span>{t.pageOf(count(page.page), count(last))}</span>
          <button
            type="button"
            class="button"
            aria-label={t.nextPage}
            disabled={page.page >= last}
            onClick={() => onChange({ page: page.page + 1 })}
          >
            ›
          </button>
        </nav>
      )}
      <label class="pager-size">
        {t.pageSize}
        <select
          value={String(page.page_size)}
          onChange={(event) => onChange({ pageSize: Number(event.currentTarget.value) })}
        >
          {PAGE_SIZES.map((size) => <option key={size} value={String(size)}>{size}</option>)}
        </select>
      </label>
    </div>
  );
}
