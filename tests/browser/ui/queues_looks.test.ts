import { Buffer } from "node:buffer";
import { describeLooks } from "./describe_looks.ts";

const PAGES = [
  { name: "overview", hash: "#/", sign: "text=What needs attention" },
  { name: "queues", hash: "#/queues", sign: "text=orders" },
  { name: "queue", hash: "#/queues/%2F/orders", sign: "text=Effective policy" },
  { name: "queue-consumers", hash: "#/queues/%2F/orders?tab=consumers", sign: "text=It has no consumers" },
  { name: "queue-bindings", hash: "#/queues/%2F/orders?tab=bindings", sign: "text=order.#" },
  { name: "queue-messages", hash: "#/queues/%2F/orders?tab=messages", sign: "text=Look at messages" },
  { name: "queue-publish", hash: "#/queues/%2F/orders?tab=publish", sign: "text=Delivery mode" },
  { name: "queue-move", hash: "#/queues/%2F/orders?tab=move", sign: "text=To queue" },
];

describeLooks("overview and pages of queues", PAGES, async ({ channel, client }) => {
  await client.put("/api/policies/%2F/limits", { pattern: "^orders", definition: { "max-length": 1000 } });
  for (const name of ["orders", "invoices", "a.name.that.is.as.long.as.some.that.people.give.to.their.queues.v2"]) {
    await channel.assertQueue(name);
  }
  await channel.assertQueue("events", { arguments: { "x-queue-type": "stream" } });
  await channel.bindQueue("orders", "amq.topic", "order.#");
  for (let i = 0; i < 120; i++) channel.sendToQueue("orders", Buffer.from(JSON.stringify({ order: i })));
  await channel.checkQueue("orders");
});
