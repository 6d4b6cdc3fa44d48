import { execute } from "../command.ts";
import type { Address, Check } from "../suite.ts";
import { Program } from "./program.ts";

const waiting = " [*] Waiting for messages. To exit press CTRL+C";
const waitingForLogs = " [*] Waiting for logs. To exit press CTRL+C";

/** Makes a check that runs programs, and stops all of them whatever happens. */
function tutorial(script: (start: (name: string, ...args: string[]) => Program) => Promise<void>): Check {
  return async (address, signal) => {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    await forgetQueues(address);
    try {
      await script((name, ...args) => new Program(name, args, address, either));
    } finally {
      stop.abort();
      await forgetQueues(address);
    }
  };
}

/** Deletes the tutorials' durable queues, which a broker keeps with the messages of earlier runs. */
async function forgetQueues({ url }: Address): Promise<void> {
  for (const queue of ["hello", "task_queue", "rpc_queue"]) {
    await execute(["amqp-delete-queue", "--url", url, "--queue", queue]);
  }
}

/** RabbitMQ's tutorials, done as their readers do them: in several terminals, checking their output. */
export const tutorials: Record<string, Check> = {
  "one, hello world": tutorial(async (start) => {
    await start("send.py").endsAfter(" [x] Sent 'Hello World!'");
    const receive = start("receive.py");
    await receive.prints(" [x] Received Hello World!");
    await receive.interruptedAfter(waiting, " [x] Received Hello World!");
  }),

  "two, work queues": tutorial(async (start) => {
    const first = start("worker.py");
    await first.prints(waiting);
    await start("new_task.py", "A long task....").endsAfter(" [x] Sent A long task....");
    await first.prints(" [x] Received A long task....");

    // The first worker is busy: the second does everything else, and the rest of the first when that crashes.
    const second = start("worker.py");
    await second.prints(waiting);
    for (const number of [1, 2, 3]) await start("new_task.py", `Task ${number}`).endsAfter(` [x] Sent Task ${number}`);
    await second.prints(" [x] Received Task 3");
    await first.crash();
    await second.prints(" [x] Received A long task....");
    const others = [1, 2, 3].flatMap((number) => [` [x] Received Task ${number}`, " [x] Done"]);
    await second.interruptedAfter(waiting, ...others, " [x] Received A long task....");
  }),

  "three, publish/subscribe": tutorial(async (start) => {
    await start("emit_log.py", "nobody listens").endsAfter(" [x] Sent nobody listens");
    const listeners = [start("receive_logs.py"), start("receive_logs.py")];
    for (const listener of listeners) await listener.prints(waitingForLogs);
    await start("emit_log.py").endsAfter(" [x] Sent info: Hello World!");
    for (const listener of listeners) {
      await listener.prints(" [x] info: Hello World!");
      await listener.interruptedAfter(waitingForLogs, " [x] info: Hello World!");
    }
  }),

  "four, routing": tutorial(async (start) => {
    const file = start("receive_logs_direct.py", "warning", "error");
    const screen = start("receive_logs_direct.py", "info", "warning", "error");
    for (const listener of [file, screen]) await listener.prints(waitingForLogs);
    await start("emit_log_direct.py", "info", "All is well.").endsAfter(" [x] Sent info:All is well.");
    await start("emit_log_direct.py", "error", "Run.", "Run.").endsAfter(" [x] Sent error:Run. Run.");
    for (const listener of [file, screen]) await listener.prints(" [x] error:Run. Run.");
    await file.interruptedAfter(waitingForLogs, " [x] error:Run. Run.");
    await screen.interruptedAfter(waitingForLogs, " [x] info:All is well.", " [x] error:Run. Run.");
  }),

  "five, topics": tutorial(async (start) => {
    const everything = start("receive_logs_topic.py", "#");
    const kernel = start("receive_logs_topic.py", "kern.*");
    const critical = start("receive_logs_topic.py", "*.critical");
    const both = start("receive_logs_topic.py", "kern.*", "*.critical");
    const listeners = [everything, kernel, critical, both];
    for (const listener of listeners) await listener.prints(waitingForLogs);
    for (const topic of ["cron.daily.info", "kern.info", "mail.critical", "kern.critical"]) {
      await start("emit_log_topic.py", topic, "It", "happened").endsAfter(` [x] Sent ${topic}:It happened`);
    }
    const [cron, info, mail, kern] = ["cron.daily.info", "kern.info", "mail.critical", "kern.critical"]
      .map((topic) => ` [x] ${topic}:It happened`);
    for (const listener of listeners) await listener.prints(kern);
    await everything.interruptedAfter(waitingForLogs, cron, info, mail, kern);
    await kernel.interruptedAfter(waitingForLogs, info, kern);
    await critical.interruptedAfter(waitingForLogs, mail, kern);
    await both.interruptedAfter(waitingForLogs, info, mail, kern);
  }),

  "six, RPC": tutorial(async (start) => {
    const server = start("rpc_server.py");
    await server.prints(" [x] Awaiting RPC requests");
    await start("rpc_client.py").endsAfter(" [x] Requesting fib(30)", " [.] Got 832040");
    await start("rpc_client.py", "4").endsAfter(" [x] Requesting fib(4)", " [.] Got 3");
    await server.interruptedAfter(" [x] Awaiting RPC requests", " [.] fib(30)", " [.] fib(4)");
  }),

  "seven, publisher confirms": tutorial(async (start) => {
    const publisher = start("publisher_confirms.py");
    await publisher.ends();
    const manners = publisher.lines.map((line) =>
      line.match(/^ \[x\] Published 5,000 messages (.*) in \d+\.\d\d seconds$/)?.[1]
    );
    if (manners.join() !== "individually,in batches,asynchronously") {
      throw new Error(`publisher_confirms.py printed\n    ${publisher.lines.join("\n    ")}`);
    }
  }),
};
