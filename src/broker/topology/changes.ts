import type { TopologyRecord } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";

/** What is told of a change once it is made. */
export type Teller = (events: EventSink) => void;

/** What a command comes to: the records in the order in which they are applied, and what is told of them. */
export class Changes {
  readonly records: TopologyRecord[] = [];
  readonly tellers: Teller[] = [];

  add(record: TopologyRecord): void {
    this.records.push(record);
  }

  tell(teller: Teller): void {
    this.tellers.push(teller);
  }
}

/** Who carries commands out. */
export interface CommandHost {
  readonly events?: EventSink;
  /** Appends a record to the store, unless it is transient, and applies it. */
  commit(record: TopologyRecord): void;
}

/** Makes changes, and tells of them. */
export function carryOut({ records, tellers }: Changes, host: CommandHost): void {
  for (const record of records) host.commit(record);
  const { events } = host;
  if (events !== undefined) { for (const teller of tellers) teller(events); }
}
