import { Broker } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
const failed = vhost.queue("failed");
const jobs = vhost.queue("jobs", {
  arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "failed" },
});
await jobs.publishBatch(["good", "busy", "bad"]);

for await (const job of jobs.consume()) {
  if (job.text() === "bad") job.reject(); // to the dead letter exchange, or dropped
  else if (job.text() === "busy" && !job.redelivered) job.nack(); // back to the queue
  else job.ack();
  if (job.redelivered) break;
}
console.log((await failed.get())?.text(), jobs.messageCount);
// Prints:
// bad 0
