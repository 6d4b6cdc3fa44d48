import type { EventName, Events, EventSink } from "../../../src/broker/events/events.ts";

/** What was told, and who did it. */
export interface Told {
  readonly event: EventName;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly user: string | undefined;
}

/** Remembers what it is told. */
export class RecordedEvents implements EventSink {
  readonly node = "haremq@localhost";
  readonly told: Told[] = [];

  tell<E extends EventName>(event: E, facts: Events[E], user?: string): void {
    this.told.push({ event, facts: facts as unknown as Told["facts"], user });
  }

  pidOf(): string {
    return "<0.1.0>";
  }

  /** What was told since the last call, each as one line. */
  take(): string[] {
    return this.told.splice(0).map(({ event, facts, user }) => `${event} ${JSON.stringify(facts)} by ${user}`);
  }
}
