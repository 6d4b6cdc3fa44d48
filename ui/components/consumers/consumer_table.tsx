import type { Consumer } from "../../api/types.ts";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { Badge } from "../badge.tsx";
import { type Column, Table } from "../table.tsx";
import { TableArguments } from "../table_arguments.tsx";
import { ConsumerHealthBadge } from "./consumer_health_badge.tsx";
import type { ConsumerHealth } from "./consumer_health.ts";
import { consumerTexts } from "./texts.ts";

/** Consumers of a queue, with their channels; or those of a channel, with their queues. */
export function ConsumerTable({ consumers, place, healthOf }: {
  readonly consumers: readonly Consumer[];
  readonly place: "channel" | "queue";
  /** Returns how a consumer keeps up; `undefined` while that is not known. */
  readonly healthOf: (consumer: Consumer) => ConsumerHealth | undefined;
}) {
  const t = consumerTexts();
  const formatter = format();
  const columns: readonly Column<Consumer>[] = [
    { key: "tag", label: t.tag, cell: ({ consumer_tag }) => <code>{consumer_tag}</code> },
    place === "queue"
      ? {
        key: "queue",
        label: t.queue,
        cell: ({ queue: { vhost, name } }) => <a href={linkTo.queue(vhost, name)}>{name}</a>,
      }
      : {
        key: "channel",
        label: t.channel,
        cell: ({ channel_details: { name } }) => name !== undefined && <a href={linkTo.channel(name)}>{name}</a>,
      },
    { key: "health", label: t.health, cell: (consumer) => <ConsumerHealthBadge health={healthOf(consumer)} /> },
    {
      key: "active",
      label: t.activity,
      cell: ({ active, activity_status }) => (
        <Badge tone={active ? "good" : "plain"}>{activity_status.replaceAll("_", " ")}</Badge>
      ),
    },
    { key: "acks", label: t.acks, cell: ({ ack_required }) => ack_required ? t.byClient : t.automatic },
    {
      key: "prefetch",
      label: t.prefetch,
      isNumber: true,
      cell: ({ prefetch_count }) => prefetch_count === 0 ? t.unlimited : formatter.count(prefetch_count),
    },
    { key: "exclusive", label: t.exclusive, cell: ({ exclusive }) => exclusive ? common().yes : common().no },
    {
      key: "timeout",
      label: t.timeout,
      isNumber: true,
      cell: ({ ack_required, consumer_timeout }) => ack_required ? formatter.duration(consumer_timeout) : undefined,
    },
    { key: "arguments", label: t.arguments, cell: (consumer) => <TableArguments table={consumer.arguments} /> },
  ];
  return (
    <Table
      caption={t.consumers}
      items={consumers}
      keyOf={({ consumer_tag, channel_details, queue }) =>
        JSON.stringify([channel_details.name, consumer_tag, queue.name])}
      columns={columns}
    />
  );
}
