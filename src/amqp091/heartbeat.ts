import { HEARTBEAT_FRAME } from "./frame.ts";
import type { Clock } from "../broker/turn/clock.ts";

/** The parts of a connection that its heartbeats use. */
export interface HeartbeatHost {
  /** Returns the number of bytes sent, heartbeats included; theirs may be counted some time after they were asked for. */
  sent(): number;
  /** Returns a number that rises with every sign of life from the peer. */
  received(): number;
  sendHeartbeat(): void;
  /** Called when nothing was received for two intervals. */
  peerIsSilent(): void;
}

/** Number of checks of the traffic in an interval, as in RabbitMQ: a silent peer is noticed after 2 to 2.5 intervals. */
const CHECKS_PER_INTERVAL = 2;
const SILENT_INTERVALS_MAX = 2;

const NOTHING = () => {};

/**
 * Watches a connection (AMQP 0-9-1 §4.2.7): sends a heartbeat after half an interval, then whenever nothing else was
 * sent for half an interval, and calls `peerIsSilent` when nothing was received for two. Some clients, such as
 * RabbitMQ's Java client on Netty, wait for no more than one interval. Returns a function that ends the watch.
 */
export function startHeartbeat(clock: Clock, intervalSeconds: number, host: HeartbeatHost): () => void {
  if (intervalSeconds === 0) return NOTHING;
  let sent = host.sent();
  let received = host.received();
  /**
   * Largest number of bytes sent since the last check that counts as idle: that of a heartbeat; infinite before the
   * first check.
   */
  let idleBytes = Infinity;
  let silentChecks = 0;
  let cancel = clock.after(intervalSeconds * 1000 / CHECKS_PER_INTERVAL, check);

  function check(): void {
    cancel = clock.after(intervalSeconds * 1000 / CHECKS_PER_INTERVAL, check);
    const sentBytes = host.sent() - sent;
    sent += sentBytes;
    const isIdle = sentBytes <= idleBytes;
    idleBytes = isIdle ? HEARTBEAT_FRAME.length : 0;
    if (isIdle) host.sendHeartbeat();
    silentChecks = host.received() === received ? silentChecks + 1 : 0;
    received = host.received();
    if (silentChecks >= SILENT_INTERVALS_MAX * CHECKS_PER_INTERVAL) host.peerIsSilent();
  }

  return () => cancel();
}
