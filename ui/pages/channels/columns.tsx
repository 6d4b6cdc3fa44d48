import { rateOf } from "../../api/message_stats.ts";
import type { Channel } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { CountValue, RateValue } from "../../components/rate_value.tsx";
import type { Column } from "../../components/table.tsx";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import type { ChannelTexts } from "./en.ts";
import { channelTexts } from "./texts.ts";

/** Columns of the list of channels. */
export const channelColumns = (t: ChannelTexts): readonly Column<Channel>[] => [
  { key: "name", label: t.name, sort: "name", cell: ({ name }) => <a href={linkTo.channel(name)}>{name}</a> },
  {
    key: "vhost",
    label: common().vhost,
    sort: "vhost",
    cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a>,
  },
  { key: "user", label: t.user, sort: "user", cell: ({ user }) => <a href={linkTo.user(user)}>{user}</a> },
  { key: "mode", label: t.mode, sort: "confirm", cell: (channel) => <ChannelMode channel={channel} /> },
  { key: "state", label: t.state, sort: "state", cell: ({ state }) => <ChannelState state={state} /> },
  count("consumers", t.consumers, "consumer_count", ({ consumer_count }) => consumer_count),
  count("prefetch", t.prefetch, "prefetch_count", ({ prefetch_count }) => prefetch_count),
  {
    ...count("global", t.globalPrefetch, "global_prefetch_count", (channel) => channel.global_prefetch_count),
    isExtra: true,
  },
  count("unacked", t.unacked, "messages_unacknowledged", (channel) => channel.messages_unacknowledged),
  count("unconfirmed", t.unconfirmed, "messages_unconfirmed", (channel) => channel.messages_unconfirmed),
  {
    ...count("uncommitted", t.uncommitted, "messages_uncommitted", (channel) => channel.messages_uncommitted),
    isExtra: true,
  },
  {
    ...count("uncommittedAcks", t.uncommittedAcks, "acks_uncommitted", (channel) => channel.acks_uncommitted),
    isExtra: true,
  },
  rate("publish", t.publish, "publish"),
  { ...rate("confirm", t.confirm, "confirm"), isExtra: true },
  { ...rate("unroutable", t.unroutable, "drop_unroutable"), isExtra: true },
  { ...rate("returned", t.returned, "return_unroutable"), isExtra: true },
  rate("deliver", t.deliver, "deliver_get"),
  { ...rate("redeliver", t.redeliver, "redeliver"), isExtra: true },
  rate("ack", t.ack, "ack"),
];

/** The mode that a client switched its channel to, if any. */
export function ChannelMode({ channel: { confirm, transactional } }: { readonly channel: Channel }) {
  const t = channelTexts();
  return (
    <span class="badges">
      {confirm && <Badge title={t.modeTitle}>{t.confirms}</Badge>}
      {transactional && <Badge title={t.modeTitle}>{t.transactions}</Badge>}
    </span>
  );
}

export function ChannelState({ state }: { readonly state: string }) {
  return <Badge tone={state === "running" ? "good" : "warn"}>{state}</Badge>;
}

const count = (key: string, label: string, sort: string, valueOf: (channel: Channel) => number): Column<Channel> => ({
  key,
  label,
  sort,
  isNumber: true,
  cell: (channel) => <CountValue count={valueOf(channel)} />,
});

const rate = (key: string, label: string, name: string): Column<Channel> => ({
  key,
  label,
  sort: `message_stats.${name}_details.rate`,
  isNumber: true,
  cell: ({ message_stats }) => <RateValue rate={rateOf(message_stats, name)} />,
});
