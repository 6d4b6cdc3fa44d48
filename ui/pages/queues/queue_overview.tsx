import { detailsOf, levelPoints, rateOf, ratePoints } from "../../api/message_stats.ts";
import type { Queue } from "../../api/types.ts";
import { Chart } from "../../components/chart.tsx";
import { Figures } from "../../components/figures.tsx";
import { KeyValue } from "../../components/key_value.tsx";
import { PairTables } from "../../components/pairs/pair_tables.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { format } from "../../format/format.ts";
import { EffectivePolicy } from "./effective_policy.tsx";
import { queueTexts } from "./texts.ts";

/** How a queue is now, how it was in the last minutes, and what it is made of. */
export function QueueOverview({ queue }: { readonly queue: Queue }) {
  const t = queueTexts();
  const formatter = format();
  const stats = queue.message_stats;
  return (
    <>
      <Figures
        figures={[
          { label: t.total, value: formatter.count(queue.messages) },
          { label: t.ready, value: formatter.count(queue.messages_ready) },
          { label: t.unacked, value: formatter.count(queue.messages_unacknowledged) },
          { label: t.incoming, value: formatter.rate(rateOf(stats, "publish") ?? 0) },
          { label: t.deliver, value: formatter.rate(rateOf(stats, "deliver_get") ?? 0) },
          { label: t.consumers, value: formatter.count(queue.consumers) },
          { label: t.capacity, value: formatter.percent(queue.consumer_capacity) },
        ]}
      />
      <div class="panel-grid">
        <section class="panel">
          <Chart
            title={t.chartMessages}
            series={[
              { label: t.total, points: levelPoints(queue.messages_details), now: formatter.count(queue.messages) },
              {
                label: t.ready,
                points: levelPoints(queue.messages_ready_details),
                now: formatter.count(queue.messages_ready),
              },
              {
                label: t.unacked,
                points: levelPoints(queue.messages_unacknowledged_details),
                now: formatter.count(queue.messages_unacknowledged),
              },
            ]}
          />
        </section>
        <section class="panel">
          <Chart
            title={t.chartRates}
            series={[
              ["publish", t.incoming],
              ["deliver_get", t.deliver],
              ["ack", t.ack],
              ["redeliver", t.redeliver],
            ].map(([name, label]) => ({
              label,
              points: ratePoints(detailsOf(stats, name)),
              now: formatter.rate(rateOf(stats, name) ?? 0),
            }))}
          />
        </section>
      </div>
      <PairTables tables={[["exchangesOfQueue", queue.incoming], ["channelsOfQueue", queue.deliveries]]} />
      <div class="panel-grid">
        <section class="panel">
          <h2>{t.details}</h2>
          <KeyValue
            rows={{
              [t.features]: queue.durable ? t.durable : t.transient,
              [t.bytes]: formatter.bytes(queue.message_bytes),
              [t.persistent]: formatter.count(queue.messages_persistent),
              [t.inMemory]: formatter.count(queue.messages_ram),
              [t.memory]: formatter.bytes(queue.memory),
              [t.idleSince]: queue.idle_since && formatter.dateTime(Date.parse(queue.idle_since)),
              [t.arguments]: <TableArguments table={queue.arguments} />,
            }}
          />
        </section>
        <EffectivePolicy queue={queue} />
      </div>
    </>
  );
}
