import { type Api } from "./api.ts";
import { OBJECTS, USERS } from "./scenario_objects.ts";
import { makeTraffic, type Traffic } from "./traffic.ts";

/** Time in which statistics must show all traffic. In milliseconds. */
const STATISTICS_DEADLINE_MS = 60_000;
const POLL_INTERVAL_MS = 500;

/** Totals of the broker once its statistics show all traffic of the scenario. */
const SETTLED = { publish: 53, messages: 31, consumers: 8, channels: 6 };

/** Fills a broker without virtual hosts, users and objects of its own. */
export async function fillBroker(api: Api, amqpUrl: string): Promise<Traffic> {
  for (const { method, path, body } of OBJECTS) {
    const { status, text } = await api.ask(method, path, { body });
    if (status !== 201 && status !== 204 && !path.endsWith("/transient")) {
      throw new Error(`${method} ${path} was answered with ${status} ${text}`);
    }
  }
  const traffic = await makeTraffic(amqpUrl);
  await waitForStatistics(api);
  return traffic;
}

/** Deletes what {@linkcode fillBroker} has made. */
export async function emptyBroker(api: Api): Promise<void> {
  for (const vhost of ["ref", "ref%2Fother"]) await api.ask("DELETE", `/vhosts/${vhost}`);
  for (const user of Object.keys(USERS)) await api.ask("DELETE", `/users/${user}`);
  await api.ask("DELETE", "/global-parameters/ref-global");
}

async function waitForStatistics(api: Api): Promise<void> {
  const deadline = Date.now() + STATISTICS_DEADLINE_MS;
  for (;;) {
    const shown = await readTotals(api);
    const missing = Object.entries(SETTLED).filter(([name, count]) => shown[name] !== count);
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`statistics stay at ${JSON.stringify(shown)} instead of ${JSON.stringify(SETTLED)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

async function readTotals(api: Api): Promise<Record<string, number>> {
  const { message_stats: stats, queue_totals: queues, object_totals: objects } = await api.get("/overview");
  return {
    publish: stats?.publish,
    messages: queues?.messages,
    consumers: objects?.consumers,
    channels: objects?.channels,
  };
}
