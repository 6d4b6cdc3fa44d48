import type { Consumer, Queue } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { type ChannelPace, judgeConsumer, PACE_COLUMNS } from "../../components/consumers/consumer_health.ts";
import { ConsumerTable } from "../../components/consumers/consumer_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { queueTexts } from "./texts.ts";

/** Interval in which channels are read, as there may be many. In milliseconds. */
const INTERVAL_MS = 10_000;

/** The consumers of a queue, and how they keep up with it. */
export function QueueConsumers({ queue: { consumer_details: consumers = [], messages_ready: ready } }: {
  readonly queue: Queue;
}) {
  const t = queueTexts();
  const path = consumers.length === 0 ? undefined : `channels?columns=${PACE_COLUMNS}`;
  const { data: channels = [] } = usePoll<readonly ChannelPace[]>(path, { intervalMs: INTERVAL_MS });
  if (consumers.length === 0) {
    return (
      <div class="panel">
        <EmptyState title={t.noConsumers}>{t.noConsumersHint}</EmptyState>
      </div>
    );
  }
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const healthOf = (consumer: Consumer) => {
    const { name } = consumer.channel_details;
    return name === undefined ? undefined : judgeConsumer(consumer, byName.get(name), ready);
  };
  return <ConsumerTable consumers={consumers} place="channel" healthOf={healthOf} />;
}
