import { phrase } from "../../phrase/phrase.ts";
import { alarmsOf, nodeObject } from "./answers.ts";
import { type Call, isJson } from "./call.ts";
import { describeListenerOf, listenersOf } from "./listener.ts";
import { drawing, type Result, value } from "./result.ts";
import { NONE, orNone, type Section, writeSections } from "./sections.ts";
import { atom, Dictionary, termOf } from "./term.ts";

/** Shows the cluster, of which this node is all. */
export async function showCluster(call: Call): Promise<Result> {
  const { api, options, terminal, say } = call;
  const node = await call.node();
  const { cluster_name: name, product_name: product = "RabbitMQ", rabbitmq_version: version } = await nodeObject(call);
  const alarms = await alarmsOf(call);
  const listeners = await listenersOf(call);
  const flags = await api.all("/api/feature-flags");
  if (isJson(call) || options.formatter === "erlang") {
    return value(
      new Dictionary({
        cluster_name: name as string,
        disk_nodes: [atom(node)],
        ram_nodes: [],
        running_nodes: [node],
        alarms: alarms.map(String),
        partitions: new Dictionary({}),
        listeners: new Dictionary({ [node]: listeners.map((listener) => termOf({ ...listener })) }),
        maintenance_status: new Dictionary({ [node]: "not under maintenance" }),
        versions: termOf({ [node]: { rabbitmq_name: product, rabbitmq_version: version } }),
        feature_flags: flags.map((flag) => termOf(flag)),
      }),
    );
  }
  const sections: Section[] = [
    [phrase`Basics`, [phrase`Cluster name: ${name}`]],
    [phrase`Disk Nodes`, [node]],
    [phrase`Running Nodes`, [node]],
    [phrase`Versions`, [`${node}: ${product} ${version}`]],
    [phrase`Maintenance status`, [phrase`Node: ${node}, status: not under maintenance`]],
    [phrase`Alarms`, orNone(alarms)],
    [phrase`Network Partitions`, [NONE]],
    [
      phrase`Listeners`,
      orNone(listeners.map((listener) => describeListenerOf(node, listener))),
    ],
    [phrase`Feature flags`, orNone(flags.map(({ name, state }) => phrase`Flag: ${name}, state: ${state}`))],
  ];
  return drawing(writeSections(sections, terminal.isColoured, say));
}
