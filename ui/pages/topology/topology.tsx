import { useMemo } from "preact/hooks";
import { apiPath, apiQuery } from "../../api/client.ts";
import type { Binding, ListPage } from "../../api/types.ts";
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
import { type FlowState, type Graph, graphOf, type TopologyExchange, type TopologyQueue } from "./graph.ts";
import { Picture, STATE_SHAPES } from "./picture.tsx";
import { topologyTexts } from "./texts.ts";

/** Number of exchanges, and of queues, that are read: those with the most messages. */
const READ_MAX = 500;
/** Interval in which bindings are read, as there may be many. In milliseconds. */
const BINDINGS_INTERVAL_MS = 15_000;

const STATES: readonly FlowState[] = ["stuck", "growing", "flowing", "idle"];

/** The live picture of a virtual host: exchanges, queues and consumers, with what moves and what is stuck. */
export function TopologyPage() {
  const t = topologyTexts();
  const { vhost = "/", name = "" } = address.value.query;
  const queues = usePoll<ListPage<TopologyQueue>>(
    apiPath`queues/${vhost}` + apiQuery({
      page: 1,
      page_size: READ_MAX,
      sort: "messages",
      sort_reverse: "true",
      columns: "name,type,consumers,messages_ready,messages_ready_details.rate,message_stats.publish_details.rate," +
        "message_stats.deliver_get_details.rate",
    }),
  );
  const exchanges = usePoll<ListPage<TopologyExchange>>(
    apiPath`exchanges/${vhost}` + apiQuery({
      page: 1,
      page_size: READ_MAX,
      columns: "name,type,message_stats.publish_in_details.rate",
    }),
  );
  const bindings = usePoll<readonly Binding[]>(apiPath`bindings/${vhost}`, { intervalMs: BINDINGS_INTERVAL_MS });
  const graph = useMemo(
    () =>
      queues.data === undefined || exchanges.data === undefined || bindings.data === undefined
        ? undefined
        : graphOf(exchanges.data.items, queues.data.items, bindings.data, name),
    [queues.data, exchanges.data, bindings.data, name],
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
    </Page>
  );
}

function Shown({ vhost, graph }: { readonly vhost: string; readonly graph: Graph }) {
  const t = topologyTexts();
  const { nodes, edges, allCount } = graph;
  const nameOf = new Map(nodes.map((node) => [
    node.id,
    node.kind === "consumers" ? t.consumers(format().count(node.count)) : node.name,
  ]));
  const stateOf = new Map(nodes.map(({ id, state }) => [id, state]));
  return (
    <>
      <ul class="topology-legend" aria-label={t.legend}>
        {STATES.map((state) => (
          <li key={state} class="note">
            <strong>{STATE_SHAPES[state]} {t.states[state]}</strong>: {t.stateHints[state]}
          </li>
        ))}
      </ul>
      {nodes.length < allCount && <p class="note">{t.cut(format().count(nodes.length), format().count(allCount))}</p>}
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
