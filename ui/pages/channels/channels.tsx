import type { Channel } from "../../api/types.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { VhostChoice } from "../../components/vhost_choice.tsx";
import { useClientList } from "../../lists/use_list.ts";
import { channelColumns } from "./columns.tsx";
import { channelTexts } from "./texts.ts";

/** All channels that the user may see: without the tag monitoring only the own ones. */
export function ChannelsPage() {
  const t = channelTexts();
  const list = useClientList<Channel>("channels");
  return (
    <Page title={t.title}>
      <DataTable
        caption={t.title}
        list={list}
        columns={channelColumns(t)}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        tools={<VhostChoice list={list} />}
      />
    </Page>
  );
}
