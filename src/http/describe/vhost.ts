import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { DELIVERIES, LAYOUTS, MESSAGES, PUBLISHES, TRAFFIC } from "../statistics/counters.ts";
import { addCounters, type Described, messageStats, type Observed } from "../statistics/describe_counters.ts";
import { newValues } from "../statistics/read_counters.ts";
import type { Survey } from "../statistics/survey.ts";
import type { View } from "./view.ts";

/** Returns the counters of virtual hosts, added up. */
export function observeVhosts(keys: readonly VirtualHost[], view: View, { vhosts }: Survey): Observed<VirtualHost> {
  const values = newValues("vhost");
  for (const key of keys) vhosts.get(key)?.forEach((value, index) => values[index] += value);
  return { layout: LAYOUTS.vhost, history: view.statistics.vhosts, keys, values };
}

/** Adds messages, traffic and rates of a virtual host, as RabbitMQ lists them: only where it had any. */
export function addVhostCounters(described: Described, vhost: VirtualHost, view: View, survey: Survey): void {
  const observed = observeVhosts([vhost], view, survey);
  const hasTraffic = LAYOUTS.vhost.measuresOf(TRAFFIC).some(({ counters: [counter] }) => observed.values[counter] > 0);
  if (hasTraffic) addCounters(described, observed, TRAFFIC, view.ranges);
  if (vhost.queues.size > 0) addCounters(described, observed, MESSAGES, view.ranges);
  const stats = messageStats(observed, [PUBLISHES, DELIVERIES], view);
  if (stats !== undefined) described.message_stats = stats;
}
