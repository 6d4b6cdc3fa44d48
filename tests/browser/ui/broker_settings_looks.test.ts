import { describeLooks } from "./describe_looks.ts";

const PAGES = [
  { name: "limits", hash: "#/limits", sign: "text=max-channels" },
  { name: "feature-flags", hash: "#/feature-flags", sign: "text=stream_filtering" },
  { name: "deprecated-features", hash: "#/deprecated-features", sign: "text=In use now" },
  { name: "cluster-name", hash: "#/cluster-name", sign: "input" },
];

describeLooks("pages of limits, features and the cluster's name", PAGES, async ({ channel, client }) => {
  await client.put("/api/vhost-limits/%2F/max-queues", { value: 1000 });
  await client.put("/api/vhost-limits/%2F/max-connections", { value: 0 });
  await client.put("/api/user-limits/guest/max-channels", { value: 50 });
  await channel.assertQueue("passing", { durable: false });
});
