import { describeLooks } from "./describe_looks.ts";

const PAGES = [
  { name: "exchanges", hash: "#/exchanges", sign: "text=amq.topic" },
  { name: "exchange", hash: "#/exchanges/%2F/incoming", sign: "text=Message rates" },
  { name: "exchange-bindings", hash: "#/exchanges/%2F/incoming?tab=bindings", sign: "text=order.#" },
  { name: "exchange-publish", hash: "#/exchanges/%2F/incoming?tab=publish", sign: "text=Delivery mode" },
];

describeLooks("pages of exchanges", PAGES, async ({ channel }) => {
  await channel.assertExchange("incoming", "topic", { alternateExchange: "amq.fanout" });
  await channel.assertQueue("orders");
  await channel.bindQueue("orders", "incoming", "order.#");
  await channel.bindExchange("incoming", "amq.direct", "all");
});
