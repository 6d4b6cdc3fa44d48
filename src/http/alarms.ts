import type { Node } from "../broker/node/node.ts";

/** RabbitMQ's names of the resources that alarms are about, by the words for the clients. */
const RESOURCES = { "low on memory": ["memory"], "low on disk": ["disk"], "low on memory & disk": ["memory", "disk"] };

/** Returns the resources of which there is too little. */
export const alarmsOf = ({ blockedReason }: Pick<Node, "blockedReason">): readonly string[] =>
  blockedReason === undefined ? [] : RESOURCES[blockedReason];
