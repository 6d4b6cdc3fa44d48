import { Session, type SessionRequest } from "./session.ts";
import type { TopologyListener } from "../topology/topology.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import type { SessionHost } from "./session_host.ts";
import type { Channel } from "./channel.ts";
import { SessionTotals } from "./session_totals.ts";
import { UnackedSums, type UnackedTotals, unackedTotals } from "./unacked_totals.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** Numbers of connections and channels opened and closed, by RabbitMQ's names in `churn_rates`. */
export class ChurnCounts {
  connectionCreated = 0;
  connectionClosed = 0;
  channelCreated = 0;
  channelClosed = 0;
}

const NO_TOTALS = new SessionTotals();

/** The sessions of a broker. */
export class Sessions implements Iterable<Session>, TopologyListener {
  readonly churn = new ChurnCounts();
  readonly #host: SessionHost;
  readonly #sessions = new Set<Session>();
  /** Sessions of the program that embeds the broker. */
  readonly #internal = new Set<Session>();
  /** Totals of closed sessions, of all and by virtual host. */
  readonly #closed = new SessionTotals();
  readonly #closedOf = new WeakMap<VirtualHost, SessionTotals>();

  constructor(host: SessionHost) {
    this.#host = host;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values();
  }

  /** All sessions, those that don't count as connections included. */
  get all(): readonly Session[] {
    return [...this.#sessions, ...this.#internal];
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Totals of all sessions since the broker started, added up when they are read. */
  get totals(): SessionTotals {
    return this.#totals(this.#closed, () => true);
  }

  /** Returns the totals of the closed sessions in a virtual host. */
  closedTotalsOf(vhost: VirtualHost): SessionTotals {
    return this.#closedOf.get(vhost) ?? NO_TOTALS;
  }

  /** Totals of all closed sessions. */
  get closedTotals(): SessionTotals {
    return this.#closed;
  }

  /** Returns the totals of all sessions in a virtual host since it was created, or the broker started. */
  totalsOf(vhost: VirtualHost): SessionTotals {
    return this.#totals(this.#closedOf.get(vhost), (session) => session.vhost === vhost);
  }

  #totals(closed: SessionTotals | undefined, isMeant: (session: Session) => boolean): SessionTotals {
    const totals = new SessionTotals();
    if (closed !== undefined) totals.addTotals(closed);
    for (const session of this.all) if (isMeant(session)) totals.add(session.counts, session.origin.traffic);
    return totals;
  }

  /**
   * Returns the totals of the unacknowledged messages of each queue that has any. Adds up the ledgers of all channels, so
   * ask once for many queues.
   */
  unackedTotals(): Map<AnyQueue, UnackedTotals> {
    return unackedTotals((visit) => this.forEachHeld(() => {}, visit), this.#host.messages);
  }

  /** Returns the same as {@linkcode unackedTotals}, in steps of one channel each. */
  *unackedTotalsInSteps(): Generator<void, Map<AnyQueue, UnackedTotals>> {
    const sum = new UnackedSums(this.#host.messages);
    for (const session of this.all) {
      for (const channel of session.channels) {
        channel.forEachHeld(() => {}, (message, queue) => sum.add(message, queue));
        yield;
      }
    }
    return sum.finish();
  }

  /** Calls {@linkcode Channel.forEachHeld} for all channels. */
  forEachHeld(...visits: Parameters<Channel["forEachHeld"]>): void {
    for (const session of this.all) for (const channel of session.channels) channel.forEachHeld(...visits);
  }

  #addClosed({ vhost, counts, origin: { traffic } }: Session): void {
    let ofVhost = this.#closedOf.get(vhost);
    if (ofVhost === undefined) this.#closedOf.set(vhost, ofVhost = new SessionTotals());
    for (const totals of [this.#closed, ofVhost]) totals.add(counts, traffic);
  }

  /** Opens a session. {@linkcode Admission.checkConnection} must have allowed it. */
  open(request: SessionRequest): Session {
    const { admission } = this.#host;
    const { user, vhost } = request;
    admission.connectionOpened(vhost.name, user.name);
    this.churn.connectionCreated++;
    const session = new Session(this.#host, request, this.churn, this.#onClosed);
    this.#sessions.add(session);
    return session;
  }

  /** Called by each session when it is closed; one function for all of them, so that none has its own. */
  readonly #onClosed = (session: Session): void => {
    this.#sessions.delete(session);
    this.#addClosed(session);
    this.#host.admission.connectionClosed(session.vhost.name, session.user.name);
    this.churn.connectionClosed++;
  };

  vhostDeleted(vhost: VirtualHost): void {
    const reason = `vhost '${vhost.name}' is deleted`;
    for (const session of this.#sessions) if (session.vhost === vhost) session.origin.close(reason);
  }

  userDeleted(name: string): void {
    const reason = `user '${name}' is deleted`;
    for (const session of this.#sessions) if (session.user.name === name) session.origin.close(reason);
  }

  /** Closes all sessions. */
  closeAll(reason: string): void {
    for (const session of this.all) session.origin.close(reason);
  }

  /** Opens a session of the program that embeds the broker, which does not count as a connection. */
  openInternal(request: SessionRequest): Session {
    const session = new Session(this.#host, request, undefined, this.#onInternalClosed);
    this.#internal.add(session);
    return session;
  }

  readonly #onInternalClosed = (session: Session): void => {
    this.#internal.delete(session);
    this.#addClosed(session);
  };
}
