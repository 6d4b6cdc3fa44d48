import { fetchMany } from "../broker/session/fetch_many.ts";
import { ContentCopies } from "./content_copies.ts";
import { Delivery, type DeliverySource } from "./delivery.ts";
import type { Program } from "./program.ts";

/** Fetches the next message of a queue (`basic.get`); resolves with `undefined` when there is none. */
export async function fetchOne(program: Program, queue: string, noAck: boolean): Promise<Delivery | undefined> {
  const channel = program.fetching;
  const source: DeliverySource = {
    settle(deliveryTag, outcome) {
      if (channel.subscriptions.finish(deliveryTag, false, outcome)) program.turns.soon();
    },
    reply: (to, message) => program.reply(to, message),
  };
  let delivery: Delivery | undefined;
  await fetchMany(channel, queue, noAck, {
    take({ shown, isRedelivered }, deliveryTag) {
      const content = program.node.messages.locate(shown);
      const copies = new ContentCopies(0);
      const start = copies.add(content);
      delivery = new Delivery(source, deliveryTag, copies.bytes, start, content, isRedelivered, undefined);
    },
    goOn: () => false,
  });
  return delivery;
}
