import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { rateOf } from "../../api/message_stats.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Badge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data_table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { CountValue, RateValue } from "../../components/rate_value.tsx";
import type { Column } from "../../components/table.tsx";
import { common } from "../../i18n/common.ts";
import { useLocalList } from "../../lists/use_list.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import type { VhostTexts } from "./en.ts";
import { vhostTexts } from "./texts.ts";
import { VhostFields, type VhostValues } from "./vhost_fields.tsx";
import { type Vhost, vhostBody } from "./vhost_type.ts";

/** All virtual hosts that the user may open. */
export function VhostsPage() {
  const t = vhostTexts();
  const list = useLocalList(usePoll<readonly Vhost[]>("vhosts"), ({ name }) => name);
  const [isAdding, setAdding] = useState(false);
  return (
    <Page
      title={t.title}
      actions={may("administrator") && (
        <button
          type="button"
          class="button"
          data-kind="primary"
          onClick={() => setAdding(true)}
        >
          {t.add}
        </button>
      )}
    >
      <DataTable
        caption={t.title}
        list={list}
        columns={columns(t)}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
      />
      {isAdding && <AddVhost onDone={list.reload} onClose={() => setAdding(false)} />}
    </Page>
  );
}

const columns = (t: VhostTexts): readonly Column<Vhost>[] => [
  { key: "name", label: t.name, sort: "name", cell: ({ name }) => <a href={linkTo.vhost(name)}>{name}</a> },
  { key: "description", label: t.description, cell: ({ description }) => description },
  { key: "type", label: t.defaultType, cell: ({ default_queue_type }) => default_queue_type },
  {
    key: "state",
    label: t.protected,
    cell: ({ protected_from_deletion, tracing }) => (
      <>
        {protected_from_deletion && <Badge>{t.isProtected}</Badge>}
        {tracing && <Badge tone="warn">{t.isTraced}</Badge>}
      </>
    ),
  },
  count("ready", t.ready, "messages_ready"),
  count("unacked", t.unacked, "messages_unacknowledged"),
  count("total", t.total, "messages"),
  rate("incoming", t.incoming, "publish"),
  rate("deliver", t.deliver, "deliver_get"),
];

const count = (
  key: string,
  label: string,
  member: "messages" | "messages_ready" | "messages_unacknowledged",
): Column<Vhost> => ({
  key,
  label,
  sort: member,
  isNumber: true,
  cell: (vhost) => <CountValue count={vhost[member] ?? 0} />,
});

const rate = (key: string, label: string, name: string): Column<Vhost> => ({
  key,
  label,
  isNumber: true,
  cell: ({ message_stats }) => <RateValue rate={rateOf(message_stats, name)} />,
});

function AddVhost({ onDone, onClose }: { readonly onDone: () => void; readonly onClose: () => void }) {
  const t = vhostTexts();
  const [name, setName] = useState("");
  const [values, setValues] = useState<VhostValues>({ description: "", tags: "", defaultType: "" });
  const add = async () => {
    const body = vhostBody(values.description, values.tags, values.defaultType);
    if (!await carryOut(api.put(apiPath`vhosts/${name}`, body), t.added(name))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t.add} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField label={t.name} value={name} onChange={setName} autocomplete="off" required />
        <VhostFields values={values} onChange={setValues} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button type="submit" class="button" data-kind="primary">{t.addAction}</button>
        </div>
      </form>
    </Dialog>
  );
}
