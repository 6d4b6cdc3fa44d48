import type { DeadLetterTreatment, DeathCounts } from "../../broker/queue/rules/death_counts.ts";
import type { DeathReason } from "../../broker/queue/rules/dead_letters.ts";
import type { QueueTypeName } from "../../broker/queue/queue_type.ts";
import { labels } from "./labels.ts";
import { queueTypeLabel } from "./queue_metrics.ts";
import type { MetricsWriter, Writing } from "./writer.ts";

type Source = readonly [type: QueueTypeName, treatments: readonly DeadLetterTreatment[]];

const CLASSIC: Source = ["classic", ["at_most_once", "disabled"]];
const QUORUM: Source = ["quorum", ["at_least_once", "at_most_once", "disabled"]];

/** Metrics of dead messages by reason, with the types and treatments that RabbitMQ has them for. */
const METRICS: readonly (readonly [reason: DeathReason | "confirmed", help: string, sources: readonly Source[]])[] = [
  ["confirmed", "Total number of messages dead-lettered and confirmed by target queues", [["quorum", [
    "at_least_once",
  ]]]],
  ["delivery_limit", "Total number of messages dead-lettered due to delivery-limit exceeded", [QUORUM]],
  ["expired", "Total number of messages dead-lettered due to message TTL exceeded", [CLASSIC, QUORUM]],
  ["maxlen", "Total number of messages dead-lettered due to overflow drop-head or reject-publish-dlx", [
    CLASSIC,
    ["quorum", ["at_most_once", "disabled"]],
  ]],
  ["rejected", "Total number of messages dead-lettered due to basic.reject or basic.nack", [CLASSIC, QUORUM]],
];

/** Writes the numbers of dead messages. */
export function* deathMetrics(writer: MetricsWriter, counts: DeathCounts): Writing {
  for (const [reason, help, sources] of METRICS) {
    const name = `global_messages_dead_lettered_${reason}_total`;
    let text = writer.head({ name, type: "counter", help });
    for (const [type, treatments] of sources) {
      const deaths = counts.of(type);
      for (const treatment of treatments) {
        const pairs = { queue_type: queueTypeLabel(type), dead_letter_strategy: treatment };
        const value = reason === "confirmed" ? deaths.confirmed : deaths[treatment][reason];
        text += writer.sample(name, labels(pairs), value);
      }
    }
    yield text;
  }
}
