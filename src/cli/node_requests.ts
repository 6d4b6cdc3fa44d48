import type { Peer } from "../access/access.ts";
import type { Logger } from "../amqp091/logger.ts";
import type { NodeApplication } from "./node_application.ts";

/** A node as its owner's tools reach it. */
export interface ServedNode {
  readonly application: NodeApplication;
  readonly log: Logger;
  /** Returns what tools show of it without a running application, as JSON. */
  describe(): object;
  /** Returns the configuration in effect, as `/api/config/effective` does. */
  effectiveConfig(): string;
  /** Stops the node, after this turn. */
  stop(): void;
}

const OWNER: Peer = { isLoopback: true, isOwner: true };

/** Requests that the node answers itself, whether its application runs or not. By method and path. */
const OF_NODE: Readonly<Record<string, (node: ServedNode) => Promise<Response>>> = {
  "PUT /api/node/application": startApplication,
  "DELETE /api/node/application": stopApplication,
  "DELETE /api/node/data": reset,
};

/** Requests that the node answers while its application does not run. By method and path. */
const WITHOUT_APPLICATION: Readonly<Record<string, (node: ServedNode) => Response>> = {
  "GET /api/node": (node) => Response.json(node.describe()),
  "GET /api/config/effective": (node) => new Response(node.effectiveConfig()),
  "DELETE /api/node"({ log, stop }) {
    log("info", "User 'rmq-cli' stops the broker");
    stop();
    return noContent();
  },
};

/** Answers a request of the owner: by the node itself, or by its broker's management API. Never rejects. */
export async function answerOwner(node: ServedNode, request: Request): Promise<Response> {
  const name = `${request.method} ${new URL(request.url).pathname}`;
  if (Object.hasOwn(OF_NODE, name)) return await OF_NODE[name](node);
  const { running } = node.application;
  if (running !== undefined) return await running.broker.fetch(request, OWNER);
  if (Object.hasOwn(WITHOUT_APPLICATION, name)) return WITHOUT_APPLICATION[name](node);
  return refusal(503, "the application is stopped on this node: start it with 'rabbitmqctl start_app'");
}

async function startApplication({ application, log }: ServedNode): Promise<Response> {
  log("info", "User 'rmq-cli' starts the application");
  try {
    await application.start();
    return noContent();
  } catch (error) {
    const { message } = error as Error;
    log("error", `The application did not start: ${message}`);
    return refusal(503, message);
  }
}

async function stopApplication({ application, log }: ServedNode): Promise<Response> {
  log("info", "User 'rmq-cli' stops the application; the node stays");
  await application.stop();
  log("info", "The application is stopped.");
  return noContent();
}

async function reset({ application, log }: ServedNode): Promise<Response> {
  try {
    if (!await application.reset()) return refusal(409, "the application runs on this node");
  } catch (error) {
    const { message } = error as Error;
    log("error", `The data folder is not reset: ${message}`);
    return refusal(503, message);
  }
  log("info", "User 'rmq-cli' has reset the node: its data folder is empty.");
  return noContent();
}

const noContent = (): Response => new Response(null, { status: 204 });
const refusal = (status: number, reason: string): Response =>
  Response.json({ error: status === 409 ? "conflict" : "service_unavailable", reason }, { status });
