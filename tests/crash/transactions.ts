import { Buffer } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import { RawClient } from "../raw_client.ts";
import type { Delivered, Ledger, Publisher } from "./ledger.ts";
import type { Session } from "./peer.ts";

/** Publishes to a queue that nobody else uses, and consumes from it, in transactions until the broker is killed. */
export async function transact(
  session: Session,
  ledger: Ledger,
  publisher: Publisher,
  queue: string,
  random: () => number,
): Promise<void> {
  const client = session.keep(await RawClient.open(session.address));
  await client.request(1, "tx.select");
  while (!session.isOver) {
    const sent: number[] = [];
    const seen: Delivered[] = [];
    const settled: Delivered[] = [];
    for (let left = Math.floor(random() * 8); left > 0; left--) {
      const { sequence, body } = publisher.next();
      client.publish(1, { exchange: "", routingKey: queue, body, properties: { deliveryMode: 2 } });
      sent.push(sequence);
    }
    const { messageCount } = await client.request(1, "queue.declare", { queue, passive: true });
    for (let left = Math.min(messageCount, Math.floor(random() * 6)); left > 0; left--) {
      client.send(1, "basic.get", { queue });
      const { method, body } = await client.receiveContent(1, "basic.get-ok");
      const delivered = ledger.delivered(queue, Buffer.from(body), method.redelivered);
      if (delivered === undefined) continue;
      seen.push(delivered);
      settled.push(delivered);
      ledger.settled(delivered);
      client.send(1, "basic.ack", { deliveryTag: method.deliveryTag });
    }
    await client.request(1, "tx.commit");
    for (const sequence of sent) publisher.confirm(sequence);
    for (const delivered of seen) ledger.deliveredForSure(delivered);
    for (const delivered of settled) ledger.settledForSure(delivered);
    await sleep(random() * 5);
  }
}
