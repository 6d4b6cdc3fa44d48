import type { EventName, Events, EventSink } from "../../../src/broker/events/events.ts";

/** An event with its actor. */
export interface Told {
  readonly event: EventName;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly user: string | undefined;
}

/** Records events. */
export class RecordedEvents implements EventSink {
  readonly node = "haremq@localhost";
  readonly told: Told[] = [];

  notify<E extends EventName>(event: E, facts: Events[E], user?: string): void {
    this.told.push({ event, facts: facts as unknown as Told["facts"], user });
  }

  pidOf(): string {
    return "<0.1.0>";
  }

  /** Returns the events since the last call, one line each. */
  take(): string[] {
    return this.told.splice(0).map(({ event, facts, user }) => `${event} ${JSON.stringify(facts)} by ${user}`);
  }
}
