import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const orders = vhost.queue("orders");
await orders.publishBatch(["one", "two"]);

const abort = new AbortController();
try {
  for await (const order of orders.consume({ signal: abort.signal })) {
    console.log(order.text());
    order.ack();
    if (order.text() === "two") abort.abort(new Error("the shop is closed"));
  }
} catch (error) {
  console.log((error as Error).message);
}
console.log(orders.consumerCount);
// Prints:
// one
// two
// the shop is closed
// 0
