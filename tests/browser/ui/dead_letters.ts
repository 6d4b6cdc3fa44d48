import { Buffer } from "node:buffer";
import type { BrokerWithPage } from "./broker_with_page.ts";

/** Number of dead letters that {@linkcode makeDeadLetters} makes. */
const COUNT = 6;

/** Makes a queue `graves` with four messages that were rejected in `orders`, and two that expired in `waiting`. */
export async function makeDeadLetters({ channel }: BrokerWithPage): Promise<void> {
  const dying = { deadLetterExchange: "", deadLetterRoutingKey: "graves" };
  await channel.assertQueue("graves");
  await channel.assertQueue("orders", dying);
  await channel.assertQueue("waiting", { ...dying, messageTtl: 1 });
  for (let i = 0; i < 4; i++) {
    const headers = { customer: "hare" };
    channel.sendToQueue("orders", Buffer.from(JSON.stringify({ order: i })), {
      contentType: "application/json",
      headers,
    });
  }
  for (let i = 0; i < 2; i++) channel.sendToQueue("waiting", Buffer.from(JSON.stringify({ reminder: i })));
  for (let i = 0; i < 4; i++) {
    const message = await channel.get("orders");
    if (message !== false) channel.reject(message, false);
  }
  // Expiry takes a timer of the broker.
  while ((await channel.checkQueue("graves")).messageCount < COUNT) await new Promise(setImmediate);
}
