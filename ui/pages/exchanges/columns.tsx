import { rateOf } from "../../api/message_stats.ts";
import type { Exchange } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { RateValue } from "../../components/rate_value.tsx";
import type { Column } from "../../components/table.tsx";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import type { ExchangeTexts } from "./en.ts";
import { exchangeTexts } from "./texts.ts";

/** Columns of the list of exchanges. */
export const exchangeColumns = (t: ExchangeTexts): readonly Column<Exchange>[] => [
  {
    key: "name",
    label: t.name,
    sort: "name",
    cell: ({ vhost, name }) => <a href={linkTo.exchange(vhost, name)}>{name || t.defaultExchange}</a>,
  },
  {
    key: "vhost",
    label: common().vhost,
    sort: "vhost",
    cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a>,
  },
  { key: "type", label: t.type, sort: "type", cell: ({ type }) => type },
  { key: "features", label: t.features, cell: (exchange) => <ExchangeFeatures exchange={exchange} /> },
  { key: "policy", label: t.policy, sort: "policy", isExtra: true, cell: ({ policy }) => policy },
  rate("in", t.rateIn, "publish_in"),
  rate("out", t.rateOut, "publish_out"),
];

/** What an exchange is besides its type, in short words. */
export function ExchangeFeatures({ exchange }: { readonly exchange: Exchange }) {
  const t = exchangeTexts();
  const { durable, auto_delete, internal, arguments: table, policy, vhost } = exchange;
  const given = Object.keys(table);
  return (
    <span class="badges">
      {!durable && <Badge>{t.transient}</Badge>}
      {auto_delete && <Badge>{t.autoDelete}</Badge>}
      {internal && <Badge>{t.internal}</Badge>}
      {table["x-delayed-exchange"] === true && <Badge>{t.delayed}</Badge>}
      {given.length > 0 && (
        <Badge title={given.map((name) => `${name}: ${JSON.stringify(table[name])}`).join("\n")}>
          {t.arguments} {given.length}
        </Badge>
      )}
      {policy !== undefined && (
        <a class="badge" data-tone="accent" href={linkTo.policy(vhost, policy)} title={t.policy}>{policy}</a>
      )}
    </span>
  );
}

const rate = (key: string, label: string, name: string): Column<Exchange> => ({
  key,
  label,
  sort: `message_stats.${name}_details.rate`,
  isNumber: true,
  cell: ({ message_stats }) => <RateValue rate={rateOf(message_stats, name) ?? 0} />,
});
