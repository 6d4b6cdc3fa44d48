import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const later = vhost.exchange("later", { delayed: true });
const reminders = vhost.queue("reminders").bind(later, "reminders");

await later.publish({ routingKey: "reminders", body: "water the carrots", delayMs: 50 });
console.log(reminders.messageCount);
for await (const reminder of reminders.consume()) {
  console.log(reminder.text());
  reminder.ack();
  break;
}
// Prints:
// 0
// water the carrots
