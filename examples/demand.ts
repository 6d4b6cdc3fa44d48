import { Broker } from "../mod.ts";

await using broker = new Broker();
const jobs = broker.vhost("/").queue("jobs");
await jobs.publishBatch(Array.from({ length: 100 }, (_, i) => `job ${i}`));

// One job at a time: what is not being worked on stays in the queue, for other consumers.
const worker = jobs.consume({ prefetch: 1 }, { highWaterMark: 0 }).getReader();
const { value: job } = await worker.read();
console.log(job!.text(), jobs.messageCount);
job!.ack();
await worker.cancel();
// Prints:
// job 0 99
