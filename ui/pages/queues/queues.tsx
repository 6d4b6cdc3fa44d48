import { useState } from "preact/hooks";
import type { Queue } from "../../api/types.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { VhostChoice } from "../../components/vhost_choice.tsx";
import { useList } from "../../lists/use_list.ts";
import { queueColumns } from "./columns.tsx";
import { DeclareQueue } from "./declare_queue.tsx";
import { queueTexts } from "./texts.ts";

/** All queues of the virtual hosts that the user may open. */
export function QueuesPage() {
  const t = queueTexts();
  const list = useList<Queue>("queues");
  const [isDeclaring, setDeclaring] = useState(false);
  return (
    <Page
      title={t.title}
      actions={
        <button type="button" class="button" data-kind="primary" onClick={() => setDeclaring(true)}>{t.declare}</button>
      }
    >
      <DataTable
        caption={t.title}
        list={list}
        columns={queueColumns(t)}
        keyOf={({ vhost, name }) => JSON.stringify([vhost, name])}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        tools={<VhostChoice list={list} />}
      />
      {isDeclaring && (
        <DeclareQueue
          vhost={list.state.vhost || "/"}
          onDone={list.reload}
          onClose={() => setDeclaring(false)}
        />
      )}
    </Page>
  );
}
