import { Broker } from "../mod.ts";

await using broker = new Broker();
const rows = broker.vhost("/").queue("rows");
const writer = rows.publisher({ unconfirmed: 1000 }).getWriter();
for (let i = 0; i < 5; i++) await writer.write([`row ${2 * i}`, `row ${2 * i + 1}`]);
await writer.close();

// A batch has what has come by the time that it is asked for, here ten messages at most.
for await (const batch of rows.consumeBatches({}, { highWaterMark: 10 })) {
  console.log(batch.length, batch.deliveries[9].text());
  batch.ack();
  break;
}
// Prints:
// 10 row 9
