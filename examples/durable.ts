import { mkdtempSync, rmSync } from "node:fs";
import { Broker } from "../mod.ts";
import { openFolder } from "../server.ts";

const folder = mkdtempSync("haremq-example-");
{
  await using broker = new Broker({ store: await openFolder(folder) });
  const orders = broker.vhost("/").queue("orders");
  // Done when it is on disk.
  await orders.publish({ body: "two carrots", properties: { deliveryMode: 2 } });
}
{
  await using broker = new Broker({ store: await openFolder(folder) });
  console.log((await broker.vhost("/").queue("orders").get())?.text());
}
rmSync(folder, { recursive: true });
// Prints:
// two carrots
