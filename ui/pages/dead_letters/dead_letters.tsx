import type { Binding } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { CountValue } from "../../components/rate_value.tsx";
import { useLocalList } from "../../lists/use_list.ts";
import { linkTo } from "../../router/links.ts";
import { writeAddress } from "../../router/address.ts";
import { deadLetterQueues, type DyingQueue } from "./dead_letter_queues.ts";
import { deadLetterTexts } from "./texts.ts";

/** Interval in which queues and bindings are read as a whole. In milliseconds. */
const INTERVAL_MS = 15_000;

const QUEUES = "queues?columns=name,vhost,arguments,effective_policy_definition,messages_ready";

/** Number of names in a cell. */
const SOURCES_MAX = 5;

/** All queues that take dead letters. */
export function DeadLettersPage() {
  const t = deadLetterTexts();
  const queues = usePoll<readonly DyingQueue[]>(QUEUES, { intervalMs: INTERVAL_MS });
  const bindings = usePoll<readonly Binding[]>("bindings", { intervalMs: INTERVAL_MS });
  const data = queues.data === undefined || bindings.data === undefined
    ? undefined
    : deadLetterQueues(queues.data, bindings.data);
  const reload = () => {
    queues.reload();
    bindings.reload();
  };
  const list = useLocalList({ data, error: queues.error ?? bindings.error, reload }, ({ name }) => name);
  return (
    <Page title={t.title}>
      <DataTable
        caption={t.title}
        list={list}
        keyOf={({ vhost, name }) => JSON.stringify([vhost, name])}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        columns={[
          {
            key: "name",
            label: t.queue,
            sort: "name",
            cell: ({ vhost, name }) => <a href={writeAddress(["dead-letters", vhost, name])}>{name}</a>,
          },
          {
            key: "vhost",
            label: t.vhost,
            sort: "vhost",
            cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a>,
          },
          {
            key: "ready",
            label: t.waiting,
            sort: "ready",
            isNumber: true,
            cell: ({ ready }) => <CountValue count={ready} />,
          },
          {
            key: "sources",
            label: t.from,
            cell: ({ sources }) =>
              sources.slice(0, SOURCES_MAX).join(", ") + (sources.length > SOURCES_MAX ? ", …" : ""),
          },
        ]}
      />
    </Page>
  );
}
