import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const events = vhost.exchange("events", { type: "topic" });
const orders = vhost.queue("orders").bind(events, "order.*");
const everything = vhost.queue("everything").bind(events, "#");

await events.publishBatch([
  { routingKey: "order.new", body: "two carrots", headers: { customer: 7 } },
  { routingKey: "user.new", body: "Flopsy" },
]);
console.log(orders.messageCount, everything.messageCount);

const order = await orders.get();
console.log(order?.routingKey, order?.headers.customer, order?.text());
// Prints:
// 1 2
// order.new 7 two carrots
