import { apiPath } from "../../api/client.ts";
import { detailsOf, rateOf, ratePoints } from "../../api/message_stats.ts";
import { SAMPLES } from "../../api/samples.ts";
import type { Channel } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Chart } from "../../components/chart.tsx";
import { judgeConsumer } from "../../components/consumers/consumer_health.ts";
import { ConsumerTable } from "../../components/consumers/consumer_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Figures } from "../../components/figures.tsx";
import { KeyValue } from "../../components/key_value.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { PairTables } from "../../components/pairs/pair_tables.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { ChannelMode, ChannelState } from "./columns.tsx";
import { channelTexts } from "./texts.ts";

/** A channel: what goes by it, what is unsettled on it, and its consumers. */
export function ChannelPage({ name }: { readonly name: string }) {
  const t = channelTexts();
  const polled = usePoll<Channel>(apiPath`channels/${name}` + `?${SAMPLES}`);
  const channel = polled.data;
  return (
    <Page
      title={name}
      trail={
        <>
          <a href="#/channels">{t.title}</a>
          {channel !== undefined && (
            <>
              {" / "}
              <a href={linkTo.connection(channel.connection_details.name)}>{channel.connection_details.name}</a>
            </>
          )}
        </>
      }
      badges={channel !== undefined && (
        <span class="badges">
          <ChannelState state={channel.state} />
          <ChannelMode channel={channel} />
        </span>
      )}
    >
      <Loaded polled={polled}>{(channel) => <ChannelDetails channel={channel} />}</Loaded>
    </Page>
  );
}

function ChannelDetails({ channel }: { readonly channel: Channel }) {
  const t = channelTexts();
  const formatter = format();
  const limit = (count: number) => count === 0 ? t.unlimited : formatter.count(count);
  const consumers = channel.consumer_details ?? [];
  return (
    <>
      <Figures
        figures={[
          { label: t.unacked, value: formatter.count(channel.messages_unacknowledged) },
          { label: t.unconfirmed, value: formatter.count(channel.messages_unconfirmed) },
          { label: t.prefetch, value: limit(channel.prefetch_count) },
          { label: t.globalPrefetch, value: limit(channel.global_prefetch_count) },
          { label: t.consumers, value: formatter.count(channel.consumer_count) },
          ...channel.transactional
            ? [
              { label: t.uncommitted, value: formatter.count(channel.messages_uncommitted) },
              { label: t.uncommittedAcks, value: formatter.count(channel.acks_uncommitted) },
            ]
            : [],
        ]}
      />
      <div class="panel-grid">
        <RatesPanel
          title={t.chartPublish}
          channel={channel}
          lines={[
            ["publish", t.publish],
            ["confirm", t.confirm],
            ["drop_unroutable", t.unroutable],
            ["return_unroutable", t.returned],
          ]}
        />
        <RatesPanel
          title={t.chartDeliver}
          channel={channel}
          lines={[["deliver_get", t.deliver], ["ack", t.ack], ["redeliver", t.redeliver]]}
        />
      </div>
      {consumers.length === 0
        ? (
          <div class="panel">
            <EmptyState title={t.noConsumers}>{t.noConsumersHint}</EmptyState>
          </div>
        )
        : (
          <ConsumerTable
            consumers={consumers}
            place="queue"
            healthOf={(consumer) => judgeConsumer(consumer, channel, 0)}
          />
        )}
      <PairTables tables={[["exchangesOfChannel", channel.publishes], ["queuesOfChannel", channel.deliveries]]} />
      <section class="panel">
        <h2>{t.details}</h2>
        <KeyValue
          rows={{
            [t.connection]: (
              <a href={linkTo.connection(channel.connection_details.name)}>{channel.connection_details.name}</a>
            ),
            [t.user]: <a href={linkTo.user(channel.user)}>{channel.user}</a>,
            [t.number]: formatter.count(channel.number),
            [t.idleSince]: channel.idle_since && formatter.dateTime(Date.parse(channel.idle_since)),
          }}
        />
      </section>
    </>
  );
}

function RatesPanel({ title, channel: { message_stats: stats }, lines }: {
  readonly title: string;
  readonly channel: Channel;
  readonly lines: readonly (readonly [name: string, label: string])[];
}) {
  return (
    <section class="panel">
      <Chart
        title={title}
        series={lines.map(([name, label]) => ({
          label,
          points: ratePoints(detailsOf(stats, name)),
          now: format().rate(rateOf(stats, name) ?? 0),
        }))}
      />
    </section>
  );
}
