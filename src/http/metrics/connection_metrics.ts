import type { Session } from "../../broker/session/session.ts";
import type { SessionTotals } from "../../broker/session/session_totals.ts";
import { labels } from "./labels.ts";
import { counter, gauge, type MetricGroup } from "./metric.ts";

/** A connection at the moment of a scrape. */
export interface ConnectionRow {
  readonly labels: string;
  readonly session: Session;
}

/** RabbitMQ labels connections by their process, as `channel` too; a name says more. */
export const connectionRow = (session: Session): ConnectionRow => ({
  labels: labels({ channel: session.origin.name }),
  session,
});

type Traffic = Pick<SessionTotals, "receivedBytes" | "sentBytes" | "receivedFrames" | "sentFrames">;

/** Traffic of connections. Totals over all connections include closed ones, so that they never fall. */
export const CONNECTION_TRAFFIC_METRICS: readonly MetricGroup<Traffic>[] = [
  {
    family: "connection_coarse_metrics",
    metrics: [
      counter(
        "connection_incoming_bytes_total",
        "Total number of bytes received on a connection",
        (traffic) => traffic.receivedBytes,
      ),
      counter(
        "connection_outgoing_bytes_total",
        "Total number of bytes sent on a connection",
        (traffic) => traffic.sentBytes,
      ),
    ],
  },
  {
    family: "connection_metrics",
    metrics: [
      // RabbitMQ counts the packets of its socket library; these are frames.
      counter(
        "connection_incoming_packets_total",
        "Total number of packets received on a connection",
        (traffic) => traffic.receivedFrames,
      ),
      counter(
        "connection_outgoing_packets_total",
        "Total number of packets sent on a connection",
        (traffic) => traffic.sentFrames,
      ),
    ],
  },
];

/** State of connections. */
export const CONNECTION_METRICS: MetricGroup<ConnectionRow> = {
  family: "connection_metrics",
  metrics: [
    gauge(
      "connection_pending_packets",
      "Number of packets waiting to be sent on a connection",
      ({ session }) => session.origin.traffic.unsentBytes > 0 ? 1 : 0,
    ),
    gauge("connection_channels", "Channels on a connection", ({ session }) => session.channels.size),
  ],
};
