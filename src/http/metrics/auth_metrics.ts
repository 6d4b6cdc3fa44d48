import type { AttemptCounts } from "../../access/login_attempts.ts";
import type { Node } from "../../broker/node/node.ts";
import { labels } from "./labels.ts";
import { counter, type MetricGroup } from "./metric.ts";

/** Logins by a protocol. */
export interface AuthRow extends AttemptCounts {
  readonly labels: string;
}

export const authRows = ({ loginAttempts }: Node): AuthRow[] =>
  [...loginAttempts.byProtocol].map(([protocol, counts]) => ({ ...counts, labels: labels({ protocol }) }));

/** Counters of logins. RabbitMQ has those of single users and addresses off by default, as anyone may read metrics. */
export const AUTH_METRICS: MetricGroup<AuthRow> = {
  family: "auth_attempt_metrics",
  metrics: [
    counter(
      "auth_attempts_total",
      "Total number of authentication attempts",
      ({ succeeded, failed }) => succeeded + failed,
    ),
    counter(
      "auth_attempts_succeeded_total",
      "Total number of successful authentication attempts",
      ({ succeeded }) => succeeded,
    ),
    counter("auth_attempts_failed_total", "Total number of failed authentication attempts", ({ failed }) => failed),
  ],
};
