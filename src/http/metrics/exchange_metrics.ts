import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { ChannelCounts } from "../../broker/session/channel_counts.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { labels } from "./labels.ts";
import { counter, gauge, type MetricGroup } from "./metric.ts";

/** An exchange at the moment of a scrape. */
export interface ExchangeRow {
  readonly labels: string;
  readonly exchange: Exchange;
}

export const exchangeRow = (vhost: VirtualHost, exchange: Exchange): ExchangeRow => ({
  labels: labels({ vhost: vhost.name, exchange: exchange.name }),
  exchange,
});

const PUBLISHED = ["exchange_messages_published_total", "Total number of messages published into an exchange"] as const;

/** Counters of single exchanges. An exchange does not count confirms and unroutable messages. */
export const EXCHANGE_METRICS: MetricGroup<ExchangeRow> = {
  family: "exchange_metrics",
  metrics: [counter(...PUBLISHED, ({ exchange }) => exchange.counts.publishIn)],
};

/** Counters of all exchanges, from those of all channels. */
export const EXCHANGE_TOTALS_METRICS: MetricGroup<ChannelCounts> = {
  family: "exchange_metrics",
  metrics: [
    counter(...PUBLISHED, (counts) => counts.publish),
    counter(
      "exchange_messages_confirmed_total",
      "Total number of messages published into an exchange and confirmed",
      (counts) => counts.confirm,
    ),
    counter(
      "exchange_messages_unroutable_returned_total",
      "Total number of messages published as mandatory into an exchange and returned to the publisher as unroutable",
      (counts) => counts.returnUnroutable,
    ),
    counter(
      "exchange_messages_unroutable_dropped_total",
      "Total number of messages published as non-mandatory into an exchange and dropped as unroutable",
      (counts) => counts.dropUnroutable,
    ),
  ],
};

/** Metrics of exchanges, and of virtual hosts, that only `/metrics/detailed` returns (`rabbitmq_cluster_*`). */
export const CLUSTER_EXCHANGE_METRICS: readonly MetricGroup<ExchangeRow>[] = [
  {
    family: "exchange_bindings",
    metrics: [
      gauge(
        "exchange_bindings",
        "Number of bindings for an exchange. This value is cluster-wide.",
        ({ exchange }) => exchange.bindings.size,
      ),
    ],
  },
  {
    family: "exchange_names",
    metrics: [
      gauge(
        "exchange_name",
        "Enumerates exchanges without any additional info. This value is cluster-wide. A cheaper alternative to `exchange_bindings`",
        () => 1,
      ),
    ],
  },
];

/** An exchange that those metrics are about: neither an internal one nor the default one. */
export const isListed = ({ isInternal, name }: Exchange): boolean => !isInternal && name !== "";

export const clusterExchangeRow = (vhost: VirtualHost, exchange: Exchange): ExchangeRow => ({
  labels: labels({ vhost: vhost.name, exchange: exchange.name, type: exchange.type }),
  exchange,
});

export const VHOST_STATUS: MetricGroup<{ readonly labels: string; readonly vhost: VirtualHost }> = {
  family: "vhost_status",
  metrics: [gauge("vhost_status", "Whether a given vhost is running", ({ vhost }) => vhost.isDeleted ? 0 : 1)],
};
