import { python } from "./pytest.ts";
import { execute } from "./command.ts";
import type { Address, Check, Suite } from "./suite.ts";

/** Declares a queue and publishes to it, by pika. */
const TRAFFIC = `
import os, pika
connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
channel = connection.channel()
channel.queue_declare("promtool \\"quoted\\"", durable=True)
channel.basic_publish("", "promtool \\"quoted\\"", b"body")
connection.close()
`;

const PATHS: Readonly<Record<string, string>> = {
  "all objects together": "",
  "each object": "/per-object",
  "chosen families":
    "/detailed?family=queue_coarse_metrics&family=queue_metrics&family=exchange_bindings&family=vhost_status",
  "parts of memory": "/memory-breakdown",
};

/** Returns checks of the metrics by `promtool check metrics`, which prints a line for each problem. */
export function checkMetrics(promtool: string, { exclusions }: Suite): Record<string, Check> {
  const checkPath = (path: string): Check => async ({ url, metricsUrl }: Address) => {
    if (metricsUrl === undefined) throw new Error("METRICS_URL has to tell where the metrics are");
    const { succeeded, output } = await execute([python, "-c", TRAFFIC], { env: { AMQP_URL: url } });
    if (!succeeded) throw new Error(output);
    const response = await fetch(metricsUrl + path);
    const child = new Deno.Command(promtool, { args: ["check", "metrics"], stdin: "piped", stderr: "piped" }).spawn();
    await response.body!.pipeTo(child.stdin);
    const { stderr } = await child.output();
    const problems = new TextDecoder().decode(stderr).split("\n").filter((line) => line !== "");
    const unexpected = problems.filter((line) => !exclusions.some(({ tests }) => line.startsWith(tests)));
    if (unexpected.length > 0) throw new Error(unexpected.join("; "));
  };
  return Object.fromEntries(Object.entries(PATHS).map(([name, path]) => [name, checkPath(path)]));
}
