import type { Consumer } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Table } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { queueTexts } from "./texts.ts";

/** The consumers of a queue. */
export function QueueConsumers({ consumers }: { readonly consumers: readonly Consumer[] }) {
  const t = queueTexts();
  if (consumers.length === 0) {
    return (
      <div class="panel">
        <EmptyState title={t.noConsumers}>{t.noConsumersHint}</EmptyState>
      </div>
    );
  }
  return (
    <Table
      caption={t.consumers}
      items={consumers}
      keyOf={({ consumer_tag, channel_details }) => JSON.stringify([channel_details.name, consumer_tag])}
      columns={[
        { key: "tag", label: t.consumerTag, cell: ({ consumer_tag }) => <code>{consumer_tag}</code> },
        {
          key: "channel",
          label: t.channel,
          cell: ({ channel_details: { name } }) => name !== undefined && <a href={linkTo.channel(name)}>{name}</a>,
        },
        { key: "acks", label: t.ackMode, cell: ({ ack_required }) => ack_required ? t.acks : t.noAcks },
        {
          key: "prefetch",
          label: t.prefetch,
          isNumber: true,
          cell: ({ prefetch_count }) => format().count(prefetch_count),
        },
        { key: "exclusive", label: t.exclusive, cell: ({ exclusive }) => exclusive ? common().yes : common().no },
        {
          key: "active",
          label: t.activity,
          cell: ({ active, activity_status }) => (
            <Badge tone={active ? "good" : "plain"}>{activity_status.replaceAll("_", " ")}</Badge>
          ),
        },
      ]}
    />
  );
}
