import { Broker } from "../mod.ts";

await using broker = new Broker();
const orders = broker.vhost("/").queue("orders");

await orders.publish("two carrots");

for await (const delivery of orders.consume()) {
  console.log(delivery.text());
  delivery.ack();
  break;
}
// Prints:
// two carrots
