import { Broker } from "../mod.ts";

await using broker = new Broker();
const log = broker.vhost("/").queue("log", { arguments: { "x-queue-type": "stream" } });
await log.publishBatch(["zero", "one", "two", "three"]);

// Reading a stream removes nothing. Other starts: "first", "last", "next", a Date, an age such as "1h".
for await (const entry of log.consume({ offset: 2 })) {
  console.log(entry.offset, entry.text());
  entry.ack();
  if (entry.offset === 3) break;
}
console.log(log.messageCount);
// Prints:
// 2 two
// 3 three
// 4
