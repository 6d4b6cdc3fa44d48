import { rateOf } from "../../api/message_stats.ts";
import type { Queue } from "../../api/types.ts";
import { CountValue, RateValue } from "../../components/rate_value.tsx";
import type { Column } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import type { QueueTexts } from "./en.ts";
import { QueueFeatures, QueueState } from "./features.tsx";

/** Columns of the list of queues. */
export const queueColumns = (t: QueueTexts): readonly Column<Queue>[] => [
  {
    key: "name",
    label: t.name,
    sort: "name",
    cell: ({ vhost, name }) => <a href={linkTo.queue(vhost, name)}>{name}</a>,
  },
  { key: "vhost", label: t.vhost, sort: "vhost", cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a> },
  { key: "type", label: t.type, sort: "type", cell: ({ type }) => type },
  { key: "features", label: t.features, cell: (queue) => <QueueFeatures queue={queue} /> },
  { key: "policy", label: t.policy, sort: "policy", isExtra: true, cell: ({ policy }) => policy },
  { key: "state", label: t.state, sort: "state", cell: (queue) => <QueueState queue={queue} /> },
  count("ready", t.ready, "messages_ready", ({ messages_ready }) => messages_ready),
  count("unacked", t.unacked, "messages_unacknowledged", ({ messages_unacknowledged }) => messages_unacknowledged),
  count("total", t.total, "messages", ({ messages }) => messages),
  count("consumers", t.consumers, "consumers", ({ consumers }) => consumers),
  rate("incoming", t.incoming, "publish"),
  rate("deliver", t.deliver, "deliver_get"),
  rate("ack", t.ack, "ack"),
  { ...rate("redeliver", t.redeliver, "redeliver"), isExtra: true },
  {
    key: "capacity",
    label: t.capacity,
    sort: "consumer_capacity",
    isNumber: true,
    isExtra: true,
    cell: ({ consumer_capacity }) => format().percent(consumer_capacity),
  },
  {
    key: "bytes",
    label: t.bytes,
    sort: "message_bytes",
    isNumber: true,
    isExtra: true,
    cell: ({ message_bytes }) => format().bytes(message_bytes),
  },
  {
    key: "memory",
    label: t.memory,
    sort: "memory",
    isNumber: true,
    isExtra: true,
    cell: ({ memory }) => format().bytes(memory),
  },
];

const count = (key: string, label: string, sort: string, valueOf: (queue: Queue) => number): Column<Queue> => ({
  key,
  label,
  sort,
  isNumber: true,
  cell: (queue) => <CountValue count={valueOf(queue)} />,
});

const rate = (key: string, label: string, name: string): Column<Queue> => ({
  key,
  label,
  sort: `message_stats.${name}_details.rate`,
  isNumber: true,
  cell: ({ message_stats }) => <RateValue rate={rateOf(message_stats, name)} />,
});
