import type { Connection } from "../../api/types.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { VhostChoice } from "../../components/vhost_choice.tsx";
import { useClientList } from "../../lists/use_list.ts";
import { connectionColumns } from "./columns.tsx";
import { connectionTexts } from "./texts.ts";

/** All connections that the user may see: without the tag monitoring only the own ones. */
export function ConnectionsPage() {
  const t = connectionTexts();
  const list = useClientList<Connection>("connections");
  return (
    <Page title={t.title}>
      <DataTable
        caption={t.title}
        list={list}
        columns={connectionColumns(t)}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        tools={<VhostChoice list={list} />}
      />
    </Page>
  );
}
