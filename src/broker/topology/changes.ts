import type { TopologyRecord } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";

/** Reports a change once it is made. */
export type Notifier = (events: EventSink) => void;

/** The result of a command: records in the order in which they are applied, and the events that report them. */
export class Changes {
  readonly records: TopologyRecord[] = [];
  readonly notifiers: Notifier[] = [];

  add(record: TopologyRecord): void {
    this.records.push(record);
  }

  notify(notifier: Notifier): void {
    this.notifiers.push(notifier);
  }
}

/** The broker, as commands use it. */
export interface CommandHost {
  readonly events?: EventSink;
  /** Appends a record to the store, unless it is transient, and applies it. */
  commit(record: TopologyRecord): void;
}

/** Makes changes and reports them. */
export function carryOut({ records, notifiers }: Changes, host: CommandHost): void {
  for (const record of records) host.commit(record);
  const { events } = host;
  if (events !== undefined) { for (const notifier of notifiers) notifier(events); }
}
