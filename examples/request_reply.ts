import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");

vhost.queue("double").subscribe((calls) => {
  for (const call of calls) call.reply(String(2 * Number(call.text())));
  calls.ack();
});

const reply = await vhost.request({ routingKey: "double", body: "21" }, { timeoutMs: 1000 });
console.log(reply.text());
// Prints:
// 42
