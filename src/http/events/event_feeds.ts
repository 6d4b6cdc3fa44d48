import type { Access } from "../../access/access.ts";
import type { Node } from "../../broker/node/node.ts";
import { type EventName, type Events, type EventSink, HAS_USER, INTERNAL_USER } from "../../broker/events/events.ts";
import { Deadline } from "../../broker/turn/schedule.ts";
import { isAdministrator } from "../authorization.ts";
import { DELIVERIES, LAYOUTS, MESSAGES, PUBLISHES } from "../statistics/counters.ts";
import { addCounters, type Described, messageStats } from "../statistics/describe_counters.ts";
import type { Statistics } from "../statistics/statistics.ts";
import { tableValue } from "../table_value.ts";
import { type Listener, seesEvent } from "./event_audience.ts";
import { EventStream } from "./event_stream.ts";
import { checkFeedLimit } from "./feed_limit.ts";

/** Interval of rates, which also shows a reader that the feed is alive. In milliseconds. */
const RATES_INTERVAL_MS = 5000;

interface Feed {
  readonly listener: Listener;
  readonly stream: EventStream;
  readonly hasRates: boolean;
  /** True for a user of the broker's own, whose tags it knows. */
  readonly isOfBroker: boolean;
  /** Version of all permissions when the listener's were determined. */
  readonly accessVersion: number;
}

/**
 * The live feeds of the broker's events and rates. While there is none, the broker has no events for them, and counts no
 * rates.
 */
export class EventFeeds implements EventSink {
  readonly #node: Node;
  readonly #statistics: Statistics;
  /** Logs users in; absent where that is the node's access. */
  readonly #httpAccess: Access | undefined;
  readonly #feeds = new Set<Feed>();
  /** The sink of events without feeds. */
  #next: EventSink | undefined;
  #cancelRates = () => {};

  constructor(node: Node, statistics: Statistics, httpAccess?: Access) {
    this.#node = node;
    this.#statistics = statistics;
    this.#httpAccess = httpAccess;
  }

  get #accessVersion(): number {
    return (this.#httpAccess ?? this.#node.access).version;
  }

  get node(): string {
    return this.#node.name;
  }

  /** Opens a feed, which ends with `signal`. Throws `HttpError` 429 when there are too many. */
  open(listener: Listener, hasRates: boolean, signal: AbortSignal): Response {
    const userNames = Array.from(this.#feeds, (feed) => feed.listener.user.name);
    checkFeedLimit(userNames, listener.user.name, "feeds of events");
    const { schedule, topology } = this.#node;
    const expiry = new Deadline(() => stream.end("the login has expired"));
    const stream = new EventStream(() => {
      schedule.clear(expiry);
      this.#feeds.delete(feed);
      if (this.#feeds.size === 0) this.#stop();
    });
    const isOfBroker = topology.users.users.has(listener.user.name);
    const feed: Feed = { listener, stream, hasRates, isOfBroker, accessVersion: this.#accessVersion };
    if (this.#feeds.size === 0) this.#start();
    this.#feeds.add(feed);
    if (listener.user.expiresAtMs !== undefined) schedule.set(expiry, listener.user.expiresAtMs);
    signal.addEventListener("abort", () => stream.end("the client is gone"));
    stream.send("open", { node: this.#node.name });
    return stream.response();
  }

  #start(): void {
    this.#next = this.#node.events;
    this.#node.events = this;
    this.#awaitRates();
  }

  #stop(): void {
    this.#cancelRates();
    if (this.#node.events === this) this.#node.events = this.#next;
  }

  /** Ends all feeds. */
  close(): void {
    for (const { stream } of [...this.#feeds]) stream.end("the broker stops");
  }

  // Events

  notify<E extends EventName>(event: E, facts: Events[E], user: string = INTERNAL_USER): void {
    this.#next?.notify(event, facts, user);
    let json: Described | undefined;
    for (const { listener, stream } of this.#current()) {
      if (seesEvent(listener, event, facts)) stream.send(event, json ??= this.#jsonOf(event, facts, user));
    }
  }

  #jsonOf<E extends EventName>(event: E, facts: Events[E], user: string): Described {
    const json: Described = { timestamp_in_ms: this.#node.timeMs };
    for (const [name, value] of Object.entries(facts)) json[name] = valueOf(value);
    if (HAS_USER[event]) json.user_who_performed_action = user;
    return json;
  }

  pidOf(process: object): string {
    return this.#next?.pidOf(process) ?? "";
  }

  /** Returns the feeds, after it has ended those whose user may have other permissions by now. */
  #current(): Feed[] {
    const version = this.#accessVersion;
    return [...this.#feeds].filter((feed) => {
      if (version === feed.accessVersion || this.#isStillAdministrator(feed)) return true;
      feed.stream.end("permissions have changed: connect again");
      return false;
    });
  }

  /** Users of other backends keep their tags until their login expires. */
  #isStillAdministrator({ listener: { user }, isOfBroker }: Feed): boolean {
    if (!isOfBroker) return isAdministrator(user);
    const tags = this.#node.topology.users.users.get(user.name)?.tags ?? [];
    return isAdministrator({ ...user, tags });
  }

  // Rates

  #awaitRates(): void {
    this.#cancelRates = this.#node.clock.after(RATES_INTERVAL_MS, () => {
      this.#sendRates().finally(() => {
        if (this.#feeds.size > 0) this.#awaitRates();
      });
    });
  }

  async #sendRates(): Promise<void> {
    const { vhosts: all } = await this.#statistics.survey();
    const rates: (readonly [vhost: string, described: Described])[] = [];
    for (const [vhost, values] of all) {
      const observed = { layout: LAYOUTS.vhost, history: this.#statistics.vhosts, keys: [vhost], values };
      const described: Described = { vhost: vhost.name };
      addCounters(described, observed, MESSAGES, {});
      described.message_stats = messageStats(observed, [PUBLISHES, DELIVERIES], {
        ranges: {},
        statistics: this.#statistics,
      });
      rates.push([vhost.name, described]);
    }
    for (const { listener, stream, hasRates } of this.#current()) {
      const seen = rates.filter(([vhost]) => listener.sees(vhost)).map(([_, described]) => described);
      if (hasRates) stream.send("rates", seen);
    }
  }
}

/** Returns a value of an event as JSON. */
function valueOf(value: unknown): unknown {
  if (value instanceof Map) return tableValue(value);
  if (Array.isArray(value)) return value.map(valueOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, valueOf(member)]));
}
