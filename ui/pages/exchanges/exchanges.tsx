import { useState } from "preact/hooks";
import type { Exchange } from "../../api/types.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { VhostChoice } from "../../components/vhost_choice.tsx";
import { useList } from "../../lists/use_list.ts";
import { exchangeColumns } from "./columns.tsx";
import { DeclareExchange } from "./declare_exchange.tsx";
import { exchangeTexts } from "./texts.ts";

/** All exchanges of the virtual hosts that the user may open. */
export function ExchangesPage() {
  const t = exchangeTexts();
  const list = useList<Exchange>("exchanges");
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
        columns={exchangeColumns(t)}
        keyOf={({ vhost, name }) => JSON.stringify([vhost, name])}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        tools={<VhostChoice list={list} />}
      />
      {isDeclaring && (
        <DeclareExchange
          vhost={list.state.vhost || "/"}
          onDone={list.reload}
          onClose={() => setDeclaring(false)}
        />
      )}
    </Page>
  );
}
