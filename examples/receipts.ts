import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const orders = vhost.queue("orders", { arguments: { "x-max-length": 1000, "x-overflow": "reject-publish" } });

// Without an await, no promise is made. Receipts are settled in order, so the last one stands for all.
for (let i = 1; i < 1000; i++) orders.publish(`order ${i}`);
console.log(await orders.publish("order 1000"));

// The queue is full now.
console.log(await orders.publish("order 1001"));

// No queue has this name.
console.log(await vhost.publish({ routingKey: "nobody", body: "lost", mandatory: true }));
// Prints:
// confirmed
// refused
// returned
