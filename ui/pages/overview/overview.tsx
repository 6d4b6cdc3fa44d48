import { apiPath } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { countOf, detailsOf, levelPoints, rateOf, ratePoints } from "../../api/message_stats.ts";
import type { ListPage, LoginAttempts, NodeState, ObjectKind, Overview } from "../../api/types.ts";
import { INTERVAL_MS, usePoll } from "../../api/use_poll.ts";
import { Chart } from "../../components/chart.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { Figures } from "../../components/figures.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { SAMPLES } from "../../api/samples.ts";
import { format } from "../../format/format.ts";
import { NodePanel } from "./node_panel.tsx";
import { ProblemList } from "./problem_list.tsx";
import { findProblems, WATCHED_COLUMNS, type WatchedQueue } from "./problems.ts";
import { overviewTexts } from "./texts.ts";

/** Number of queues at each end of a list that are looked at for problems. */
const WATCHED = 50;

/** Interval in which queues are looked through. In milliseconds. */
const WATCH_INTERVAL_MS = 2 * INTERVAL_MS;

/** The broker as a whole: what is wrong, how much there is, and how it goes. */
export function OverviewPage() {
  const t = overviewTexts();
  const overview = usePoll<Overview>(`overview?${SAMPLES}`);
  return (
    <Page title={t.title}>
      <Loaded polled={overview}>{(data) => <Content overview={data} />}</Loaded>
    </Page>
  );
}

function Content({ overview }: { readonly overview: Overview }) {
  const t = overviewTexts();
  const { object_totals: objects, queue_totals: queued, message_stats: stats } = overview;
  const isMonitor = may("monitoring");
  const nodes = usePoll<readonly NodeState[]>(isMonitor ? "nodes" : undefined);
  const counts: readonly (readonly [ObjectKind, string])[] = [
    ["connections", t.connections],
    ["channels", t.channels],
    ["exchanges", t.exchanges],
    ["queues", t.queues],
  ];
  const figures = counts.map(([kind, label]) => ({
    label,
    value: format().count(objects[kind]),
    href: `#/${kind}`,
  }));
  return (
    <>
      <Figures
        figures={[
          ...figures,
          { label: t.consumers, value: format().count(objects.consumers) },
          { label: t.ready, value: format().count(countOf(queued, "messages_ready")) },
          { label: t.unacked, value: format().count(countOf(queued, "messages_unacknowledged")) },
        ]}
      />
      <Problems nodes={nodes.data ?? []} node={overview.node} />
      <div class="panel-grid">
        <section class="panel">
          <Chart
            title={t.rates}
            series={[
              ["publish", t.publish],
              ["confirm", t.confirm],
              ["deliver_get", t.deliver],
              ["ack", t.ack],
              ["redeliver", t.redeliver],
              ["return_unroutable", t.returned],
            ].map(([name, label]) => ({
              label,
              points: ratePoints(detailsOf(stats, name)),
              now: format().rate(rateOf(stats, name) ?? 0),
            }))}
          />
        </section>
        <section class="panel">
          <Chart
            title={t.queued}
            series={[
              ["messages", t.total],
              ["messages_ready", t.ready],
              ["messages_unacknowledged", t.unacked],
            ].map(([name, label]) => ({
              label,
              points: levelPoints(detailsOf(queued, name)),
              now: format().count(countOf(queued, name) ?? 0),
            }))}
          />
        </section>
      </div>
      <FailedRead error={nodes.error} onRetry={nodes.reload} />
      {(nodes.data ?? []).map((node) => <NodePanel key={node.name} node={node} overview={overview} />)}
    </>
  );
}

/** Looks through the longest and the fastest growing queues for problems. */
function Problems({ nodes, node }: { readonly nodes: readonly NodeState[]; readonly node: string | undefined }) {
  const t = overviewTexts();
  const list = (sort: string) =>
    `queues?page=1&page_size=${WATCHED}&sort=${sort}&sort_reverse=true&columns=${WATCHED_COLUMNS}`;
  const options = { intervalMs: WATCH_INTERVAL_MS };
  const longest = usePoll<ListPage<WatchedQueue>>(list("messages_ready"), options);
  const growing = usePoll<ListPage<WatchedQueue>>(list("messages_details.rate"), options);
  const watchesLogins = node !== undefined && may("monitoring");
  const logins = usePoll<readonly LoginAttempts[]>(watchesLogins ? apiPath`auth/attempts/${node}` : undefined, options);
  if (longest.data === undefined || growing.data === undefined) return null;
  const problems = findProblems({
    nodes,
    queues: [...longest.data.items, ...growing.data.items],
    logins: logins.data ?? [],
  });
  return (
    <section class="panel" aria-labelledby="problems">
      <h2 id="problems">{t.problems}</h2>
      <ProblemList problems={problems} />
    </section>
  );
}
