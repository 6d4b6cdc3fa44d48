import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { api, session } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { ask } from "../../components/questions.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { type Limit, type LimitKind, limitRows, type OwnerLimits } from "./limits.ts";
import { SetLimit } from "./set_limit.tsx";
import { limitTexts } from "./texts.ts";
import "./limits_page.css";

/** Limits of virtual hosts, and of users: those of all for an administrator, one's own for others. */
export function LimitsPage() {
  const now = session.value;
  const own = now.state === "in" ? now.user.name : "";
  return (
    <Page title={limitTexts().title}>
      <LimitsOf kind="vhost" path="vhost-limits" />
      <LimitsOf kind="user" path={may("administrator") ? "user-limits" : apiPath`user-limits/${own}`} />
    </Page>
  );
}

/** Fields that a dialog begins with; those of a new limit are absent. */
type Editing = Partial<Limit>;

function LimitsOf({ kind, path }: { readonly kind: LimitKind; readonly path: string }) {
  const t = limitTexts();
  const polled = usePoll<readonly OwnerLimits[]>(path);
  const [editing, setEditing] = useState<Editing>();
  const clear = async ({ owner, name }: Limit) => {
    const question = { title: t.clearTitle(name, owner), text: t.clearText, action: t.clear };
    if (!await ask(question)) return;
    const change = api.delete(apiPath`${kind}-limits/${owner}/${name}`);
    if (await carryOut(change, t.cleared(name, owner))) polled.reload();
  };
  const columns: readonly Column<Limit>[] = [
    {
      key: "owner",
      label: t.owners[kind],
      cell: ({ owner }) => kind === "vhost" || may("administrator") ? <a href={linkTo[kind](owner)}>{owner}</a> : owner,
    },
    { key: "name", label: t.limit, cell: ({ name }) => <code title={t.help[kind][name]}>{name}</code> },
    { key: "value", label: t.value, isNumber: true, cell: ({ value }) => format().count(value) },
  ];
  const actions: Column<Limit> = {
    key: "actions",
    label: common().actions,
    cell: (limit) => (
      <span class="limit-actions">
        <button
          type="button"
          class="button"
          aria-label={t.changeOf(limit.name, limit.owner)}
          onClick={() => setEditing(limit)}
        >
          {t.change}
        </button>
        <button
          type="button"
          class="button"
          data-kind="danger"
          aria-label={t.clearOf(limit.name, limit.owner)}
          onClick={() => void clear(limit)}
        >
          {t.clear}
        </button>
      </span>
    ),
  };
  return (
    <section class="panel limits" aria-label={t.titles[kind]}>
      <h2>{t.titles[kind]}</h2>
      <Loaded polled={polled}>
        {(all) => {
          const rows = limitRows(kind, all);
          return rows.length === 0 ? <EmptyState title={t.none[kind]}>{t.noneHint[kind]}</EmptyState> : (
            <Table
              caption={t.titles[kind]}
              items={rows}
              keyOf={({ owner, name }) => JSON.stringify([owner, name])}
              columns={may("administrator") ? [...columns, actions] : columns}
            />
          );
        }}
      </Loaded>
      {may("administrator") && (
        <div class="form-actions">
          <button type="button" class="button" data-kind="primary" onClick={() => setEditing({})}>{t.set[kind]}</button>
        </div>
      )}
      {editing !== undefined && (
        <SetLimit
          kind={kind}
          limit={editing}
          onDone={polled.reload}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}
