import { Broker } from "../mod.ts";

await using broker = new Broker();
const numbers = broker.vhost("/").queue("numbers", { durable: false });

let sum = 0;
const consumer = numbers.subscribe((batch) => {
  for (const delivery of batch) sum += Number(delivery.text());
  batch.ack();
});

for (let first = 0; first < 10_000; first += 1000) {
  const { confirmed } = await numbers.publishBatch(Array.from({ length: 1000 }, (_, i) => String(first + i)));
  if (confirmed < 1000) throw new Error("not all were confirmed");
}
while (numbers.messageCount + numbers.unackedCount > 0) await new Promise((resolve) => setTimeout(resolve, 1));
consumer.cancel();
await consumer.closed;
console.log(sum);
// Prints:
// 49995000
