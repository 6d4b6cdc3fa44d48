import type { Polled } from "../../api/use_poll.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { common } from "../../i18n/common.ts";
import { userTexts } from "./texts.ts";

/** What a user was granted on virtual hosts, as a table with a button that clears each row's virtual host. */
export function Granted<Item extends { readonly vhost: string; readonly write: string; readonly read: string }>({
  caption,
  polled,
  columns,
  keyOf,
  none,
  noneHint,
  onClear,
}: {
  readonly caption: string;
  readonly polled: Polled<readonly Item[]>;
  /** Columns before those of the patterns for writing and reading. */
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly none: string;
  readonly noneHint: string;
  readonly onClear: (vhost: string) => void;
}) {
  const t = userTexts();
  return (
    <Loaded polled={polled}>
      {(all) =>
        all.length === 0
          ? (
            <div class="panel">
              <EmptyState title={none}>{noneHint}</EmptyState>
            </div>
          )
          : (
            <Table
              caption={caption}
              items={all}
              keyOf={keyOf}
              columns={[
                ...columns,
                { key: "write", label: t.write, cell: ({ write }) => <code>{write}</code> },
                { key: "read", label: t.read, cell: ({ read }) => <code>{read}</code> },
                {
                  key: "clear",
                  label: common().actions,
                  isNumber: true,
                  cell: ({ vhost }) => (
                    <button
                      type="button"
                      class="button"
                      data-kind="quiet"
                      onClick={() => onClear(vhost)}
                    >
                      {t.clear}
                    </button>
                  ),
                },
              ]}
            />
          )}
    </Loaded>
  );
}
