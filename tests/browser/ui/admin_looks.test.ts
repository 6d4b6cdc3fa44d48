import { describeLooks } from "./describe_looks.ts";

const PAGES = [
  { name: "users", hash: "#/users", sign: "text=carrot" },
  { name: "user", hash: "#/users/carrot", sign: "text=^carrot-" },
  { name: "user-topics", hash: "#/users/carrot?tab=topics", sign: "text=Restrict routing keys" },
  { name: "user-account", hash: "#/users/carrot?tab=account", sign: "text=New password" },
  { name: "vhosts", hash: "#/vhosts", sign: "text=Orders of the shop" },
  { name: "vhost", hash: "#/vhosts/shop", sign: "text=Users with permissions" },
  { name: "policies", hash: "#/policies", sign: "text=^orders" },
  { name: "policy", hash: "#/policies/%2F/limits", sign: "text=It would match" },
];

describeLooks("pages of users, virtual hosts and policies", PAGES, async ({ channel, client }) => {
  await client.put("/api/vhosts/shop", { description: "Orders of the shop", default_queue_type: "quorum" });
  await client.put("/api/users/carrot", { password: "crunch", tags: "monitoring" });
  await client.put("/api/permissions/%2F/carrot", { configure: "^carrot-", write: ".*", read: ".*" });
  await client.put("/api/permissions/shop/carrot", { configure: "", write: ".*", read: ".*" });
  await client.put("/api/policies/%2F/limits", {
    "pattern": "^orders",
    "apply-to": "queues",
    "definition": { "max-length": 1000, "dead-letter-exchange": "dead" },
  });
  for (const name of ["orders.new", "orders.old"]) await channel.assertQueue(name);
});
