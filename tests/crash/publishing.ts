import { setTimeout as sleep } from "node:timers/promises";
import { publishFrames, RawClient } from "../raw_client.ts";
import type { Publisher } from "./ledger.ts";
import type { Session } from "./peer.ts";

/** The exchange and routing key of messages. */
export interface Route {
  readonly exchange: string;
  readonly routingKey: string;
}

/** Maximum number of a publisher's unconfirmed messages, and its pauses. */
export interface Pace {
  readonly window: number;
  readonly burst: number;
  readonly restMs: number;
}

/** Publishes with confirms, by amqplib, until the broker is killed. */
export async function publish(session: Session, publisher: Publisher, route: Route, pace: Pace): Promise<void> {
  const peer = await session.connect();
  const channel = await peer.channel();
  const { exchange, routingKey } = route;
  let unconfirmedCount = 0;
  let onConfirm = () => {};
  while (!session.isOver) {
    while (unconfirmedCount >= pace.window) await peer.until(new Promise<void>((resolve) => onConfirm = resolve));
    const { sequence, body } = publisher.next();
    unconfirmedCount++;
    const hasRoom = channel.publish(exchange, routingKey, body, { persistent: !publisher.isTransient }, (error) => {
      unconfirmedCount--;
      if (!error) publisher.confirm(sequence);
      onConfirm();
    });
    if (!hasRoom) await peer.until(new Promise((resolve) => channel.once("drain", resolve)));
    if ((sequence + 1) % pace.burst === 0) await sleep(pace.restMs);
  }
}

const FLOOD_MESSAGES = 500;

/** Publishes as fast as the broker takes it, until it is killed; in bursts for which amqplib is too slow. */
export async function flood(session: Session, publisher: Publisher, route: Route, window: number): Promise<void> {
  const client = session.keep(await RawClient.open(session.address));
  await client.request(1, "confirm.select");
  while (!session.isOver) {
    const frames: Uint8Array[] = [];
    for (let count = 0; count < FLOOD_MESSAGES; count++) {
      const { body } = publisher.next();
      frames.push(publishFrames(1, { ...route, body, properties: { deliveryMode: 2 } }));
    }
    client.write(...frames);
    while (publisher.sent - publisher.confirmedCount > window || client.unread(1).length > 0) {
      const { deliveryTag, multiple } = await client.receive(1, "basic.ack");
      const last = Number(deliveryTag) - 1;
      for (let sequence = multiple ? publisher.confirmedCount : last; sequence <= last; sequence++) {
        publisher.confirm(sequence);
      }
    }
  }
}
