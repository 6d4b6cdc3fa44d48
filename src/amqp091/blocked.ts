import type { Node } from "../broker/node/node.ts";
import type { Method } from "./methods.ts";

/**
 * Waits until an alarm ends, and tells the peer when it waits and when it goes on (RabbitMQ: Blocked Connection
 * Notifications).
 */
export async function waitUntilUnblocked(node: Node, tell: (method: Method) => void): Promise<void> {
  tell({ name: "connection.blocked", reason: node.blockedReason! });
  node.endTurn();
  await node.whenUnblocked();
  tell({ name: "connection.unblocked" });
  node.endTurn();
}
