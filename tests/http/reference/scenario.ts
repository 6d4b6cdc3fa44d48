import type { Api } from "./api.ts";
import { OBJECTS } from "./scenario_objects.ts";
import { makeTraffic, type Traffic } from "./traffic.ts";

/** Time in which statistics must show all traffic. In milliseconds. */
const STATISTICS_DEADLINE_MS = 60_000;
const POLL_INTERVAL_MS = 500;

/** State of the broker once its statistics show all traffic of the scenario, and samples of it. */
const SETTLED = { publishIn: 53, messages: 31, consumers: 8, channels: 6, idleChannels: 6, samples: 13 };

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
  const exchanges: { message_stats?: { publish_in?: number } }[] = await api.get("/exchanges/ref");
  const queues: { messages?: number }[] = await api.get("/queues/ref");
  const channels: { idle_since?: string }[] = await api.get("/channels");
  const { message_stats: work } = await api.get("/queues/ref/work?msg_rates_age=60&msg_rates_incr=5");
  return {
    publishIn: sum(exchanges.map(({ message_stats: stats }) => stats?.publish_in)),
    messages: sum(queues.map(({ messages }) => messages)),
    consumers: (await api.get("/consumers/ref")).length,
    channels: channels.length,
    idleChannels: channels.filter(({ idle_since: since }) => since !== undefined).length,
    samples: work?.publish_details?.samples.length,
  };
}

const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce((all: number, number = 0) => all + number, 0);
