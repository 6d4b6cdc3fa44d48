import type { SequenceId } from "../sequence.ts";
import type { TopologyRecord } from "../topology_record.ts";
import { withoutDangling } from "./dangling.ts";
import type { SurveyedQueue } from "./surveyed.ts";

/** The known origin of a sequence of messages. */
type Origin = Partial<Pick<SurveyedQueue, "declared" | "priority" | "sequence">>;

/** Returns the origins of sequences by id, as far as records tell them. */
export function originsOf(records: Iterable<TopologyRecord>): Map<SequenceId, Origin> {
  const origins = new Map<SequenceId, Origin>();
  for (const record of withoutDangling(records).records) {
    if (record.type === "queue.declared") origins.set(record.queueId, { declared: record });
    else if (record.type === "sequence.added") origins.set(record.sequenceId, { sequence: record });
    else if (record.type === "backing_queue.added") {
      const { declared } = origins.get(record.queueId)!;
      origins.set(record.sequenceId, { declared, priority: record.priority });
    }
  }
  return origins;
}
