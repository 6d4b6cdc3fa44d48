import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const [debits, credits] = [vhost.queue("debits"), vhost.queue("credits")];

await vhost.transaction((transaction) => {
  transaction.publish({ routingKey: "debits", body: "5" });
  transaction.publish({ routingKey: "credits", body: "5" });
});

const failure = await vhost.transaction((transaction) => {
  transaction.publish({ routingKey: "debits", body: "7" });
  throw new Error("no credit");
}).catch((error) => error.message);
console.log(failure, debits.messageCount, credits.messageCount);
// Prints:
// no credit 1 1
