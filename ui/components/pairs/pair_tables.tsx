import { rateOf } from "../../api/message_stats.ts";
import type { Pair } from "../../api/types.ts";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { RateValue } from "../rate_value.tsx";
import { Table } from "../table.tsx";
import { busiest } from "./busiest.ts";
import { pairTexts } from "./texts.ts";

/** The kinds of pairs of an object: `channel` and so on is the other end. */
export type PairKind =
  | "publishersOfExchange"
  | "queuesOfExchange"
  | "exchangesOfQueue"
  | "channelsOfQueue"
  | "exchangesOfChannel"
  | "queuesOfChannel";

/**
 * What passed between an object and each of its channels, exchanges and queues, which the broker counts with
 * `management.rates_mode = detailed` only. Nothing is shown where there is none.
 */
export function PairTables({ tables }: {
  readonly tables: readonly (readonly [kind: PairKind, pairs: readonly Pair[] | undefined])[];
}) {
  const t = pairTexts();
  if (tables.every(([, pairs = []]) => pairs.length === 0)) return null;
  return (
    <section>
      <h2>{t.title}</h2>
      <div class="panel-grid">
        {tables.map(([kind, pairs = []]) => <PairTable key={kind} kind={kind} pairs={pairs} />)}
      </div>
    </section>
  );
}

function PairTable({ kind, pairs }: { readonly kind: PairKind; readonly pairs: readonly Pair[] }) {
  const t = pairTexts();
  const publishes = [["publish", t.publish], ["confirm", t.confirm]] as const;
  const deliveries = [["deliver_get", t.deliver], ["ack", t.ack]] as const;
  const { title, other, rates } = {
    publishersOfExchange: { title: t.incoming, other: t.channel, rates: publishes },
    queuesOfExchange: { title: t.outgoing, other: t.queue, rates: publishes.slice(0, 1) },
    exchangesOfQueue: { title: t.incoming, other: t.exchange, rates: publishes.slice(0, 1) },
    channelsOfQueue: { title: t.deliveries, other: t.channel, rates: deliveries },
    exchangesOfChannel: { title: t.publishes, other: t.exchange, rates: publishes },
    queuesOfChannel: { title: t.deliveries, other: t.queue, rates: deliveries },
  }[kind];
  const shown = busiest(pairs, rates[0][0]);
  const hidden = pairs.length - shown.length;
  return (
    <section class="panel">
      <h3>{title}</h3>
      {pairs.length === 0 ? <p class="note">{t.none}</p> : (
        <Table
          caption={title}
          items={shown}
          keyOf={({ exchange, queue, channel_details }) => JSON.stringify([exchange, queue, channel_details?.name])}
          columns={[
            { key: "other", label: other, cell: (pair) => <OtherEnd pair={pair} /> },
            ...rates.map(([name, label]) => ({
              key: name,
              label,
              isNumber: true,
              cell: ({ stats }: Pair) => <RateValue rate={rateOf(stats, name)} />,
            })),
          ]}
        />
      )}
      {hidden > 0 && <p class="note">{t.more(hidden, format().count(hidden))}</p>}
    </section>
  );
}

function OtherEnd({ pair: { exchange, queue, channel_details: channel } }: { readonly pair: Pair }) {
  if (channel !== undefined) return <a href={linkTo.channel(channel.name)}>{channel.name}</a>;
  if (queue !== undefined) return <a href={linkTo.queue(queue.vhost, queue.name)}>{queue.name}</a>;
  if (exchange === undefined) return null;
  const { vhost, name } = exchange;
  return <a href={linkTo.exchange(vhost, name)}>{name === "" ? pairTexts().defaultExchange : name}</a>;
}
