import { useMemo } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import type { Binding } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { Table } from "../../components/table.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { address, changeQuery } from "../../router/router.ts";
import { type FlowState, QUEUE_COLUMNS, type TopologyQueue } from "./flow_state.ts";
import { type Graph, graphOf, type TopologyExchange } from "./graph.ts";
import { Picture, STATE_SHAPES } from "./picture.tsx";
import { topologyTexts } from "./texts.ts";
import { READ_MAX, useObjects } from "./use_objects.ts";

/** Interval in which bindings are read, as there may be many. In milliseconds. */
const BINDINGS_INTERVAL_MS = 15_000;

const STATES: readonly FlowState[] = ["stuck", "growing", "flowing", "idle", "unread"];

/** The live picture of a virtual host: exchanges, queues and consumers, with what moves and what is stuck. */
export function TopologyPage() {
  const t = topologyTexts();
  const { vhost = "/", name = "" } = address.value.query;
  const queues = useObjects<TopologyQueue>(apiPath`queues/${vhost}`, name, {
    sort: "messages",
    columns: QUEUE_COLUMNS,
  });
  const exchanges = useObjects<TopologyExchange>(apiPath`exchanges/${vhost}`, name, {
    sort: "message_stats.publish_in_details.rate",
    columns: "name,type,message_stats.publish_in_details.rate",
  });
  const bindings = usePoll<readonly Binding[]>(apiPath`bindings/${vhost}`, { intervalMs: BINDINGS_INTERVAL_MS });
  const graph = useMemo(
    () =>
      queues.items === undefined || exchanges.items === undefined || bindings.data === undefined
        ? undefined
        : graphOf({ exchanges: exchanges.items, queues: queues.items, bindings: bindings.data }, name),
    [queues.items, exchanges.items, bindings.data, name],
  );
  const failed = [queues, exchanges, bindings].find(({ error }) => error !== undefined);
  return (
    <Page title={t.title}>
      <p class="note">{t.hint}</p>
      <div class="form-row">
        <VhostField value={vhost} onChange={(vhost) => changeQuery({ vhost })} />
        <TextField
          label={t.search}
          type="search"
          value={name}
          onChange={(name) => changeQuery({ name: name || undefined })}
          autocomplete="off"
        />
      </div>
      {failed !== undefined && <FailedRead error={failed.error} onRetry={failed.reload} />}
      {graph === undefined
        ? failed === undefined && <p class="note" aria-busy="true">{common().loading}</p>
        : graph.nodes.length === 0
        ? (
          <div class="panel">
            <EmptyState title={t.none}>{t.noneHint}</EmptyState>
          </div>
        )
        : <Shown vhost={vhost} graph={graph} />}
      {queues.count > READ_MAX && <p class="note">{t.unread(format().count(READ_MAX), format().count(queues.count))}
      </p>}
    </Page>
  );
}

function Shown({ vhost, graph }: { readonly vhost: string; readonly graph: Graph }) {
  const t = topologyTexts();
  const { nodes, edges, shownCount, allCount } = graph;
  const nameOf = new Map(nodes.map((node) => [
    node.id,
    node.kind === "consumers" ? t.consumers(format().count(node.count)) : node.name,
  ]));
  const stateOf = new Map(nodes.map(({ id, state }) => [id, state]));
  return (
    <>
      <ul class="topology-legend" aria-label={t.legend}>
        {STATES.filter((state) => state !== "unread" || nodes.some((node) => node.state === state)).map((state) => (
          <li key={state} class="note">
            <strong>{STATE_SHAPES[state]} {t.states[state]}</strong>: {t.stateHints[state]}
          </li>
        ))}
      </ul>
      {shownCount < allCount && <p class="note">{t.cut(format().count(shownCount), format().count(allCount))}</p>}
      <Picture vhost={vhost} graph={graph} />
      <details>
        <summary>{t.asTable}</summary>
        <Table
          caption={t.title}
          items={edges}
          keyOf={({ from, to }) => JSON.stringify([from, to])}
          columns={[
            { key: "from", label: t.from, cell: ({ from }) => nameOf.get(from) },
            {
              key: "by",
              label: t.by,
              cell: ({ keys, moreKeys }) =>
                keys.length === 0 ? t.delivered : keys.join(", ") + (moreKeys > 0 ? ` ${t.more(moreKeys)}` : ""),
            },
            { key: "to", label: t.to, cell: ({ to }) => nameOf.get(to) },
            { key: "state", label: t.state, cell: ({ to }) => t.states[stateOf.get(to) ?? "idle"] },
            { key: "rate", label: t.rate, isNumber: true, cell: ({ rate }) => format().rate(rate) },
          ]}
        />
      </details>
    </>
  );
}
