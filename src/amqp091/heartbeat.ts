import { HEARTBEAT_FRAME } from "./frame.ts";
import type { Clock } from "../broker/turn/clock.ts";

/** Rising counters of a connection's traffic. */
export interface Traffic {
  /** Rises with each byte that was sent, those of heartbeats too; with theirs perhaps some time after they were asked for. */
  sent(): number;
  /** Rises with whatever shows that the peer is alive. */
  received(): number;
  sendHeartbeat(): void;
  /** Nothing was received for two intervals. */
  peerIsSilent(): void;
}

/** Number of checks of the traffic in an interval, as in RabbitMQ: a silent peer is noticed after 2 to 2.5 intervals. */
const CHECKS_PER_INTERVAL = 2;
const SILENT_INTERVALS_MAX = 2;

/**
 * Watches over a connection (AMQP 0-9-1 §4.2.7): sends a heartbeat after half an interval, then whenever nothing else was
 * sent for half an interval, and tells when the peer was silent for two. Some clients, as RabbitMQ's for Java on Netty,
 * wait for no more than one interval. Returns what ends the watch.
 */
export function startHeartbeat(clock: Clock, intervalSeconds: number, traffic: Traffic): () => void {
  if (intervalSeconds === 0) return () => {};
  let sent = traffic.sent();
  let received = traffic.received();
  /** Number of bytes sent since the last check that count as idle: a heartbeat's; any number before the first check. */
  let idleBytes = Infinity;
  let silentChecks = 0;
  let cancel = clock.after(intervalSeconds * 1000 / CHECKS_PER_INTERVAL, check);

  function check(): void {
    cancel = clock.after(intervalSeconds * 1000 / CHECKS_PER_INTERVAL, check);
    const sentBytes = traffic.sent() - sent;
    sent += sentBytes;
    const isIdle = sentBytes <= idleBytes;
    idleBytes = isIdle ? HEARTBEAT_FRAME.length : 0;
    if (isIdle) traffic.sendHeartbeat();
    silentChecks = traffic.received() === received ? silentChecks + 1 : 0;
    received = traffic.received();
    if (silentChecks >= SILENT_INTERVALS_MAX * CHECKS_PER_INTERVAL) traffic.peerIsSilent();
  }

  return () => cancel();
}
