import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const [lines, shouted] = [vhost.queue("lines"), vhost.queue("shouted")];

// Anything that can be piped can be published. The pipe waits while the broker is short of memory or disk.
const hops = new ReadableStream<string>({
  start(controller) {
    for (let i = 0; i < 3; i++) controller.enqueue("hop");
    controller.close();
  },
});
await hops.pipeTo(lines.publisher());

// From queue to queue: each message is acknowledged once the other queue has it.
for await (const delivery of lines.consume()) {
  await shouted.publish(delivery.text().toUpperCase());
  delivery.ack();
  if (shouted.messageCount === 3) break;
}
console.log(shouted.messageCount, (await shouted.get())?.text());
// Prints:
// 3 HOP
