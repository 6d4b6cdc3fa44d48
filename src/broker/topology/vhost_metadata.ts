import { isMap } from "../policy/parameter_validation.ts";
import type { Json } from "../../wire/json.ts";
import { ParameterError, type Parameters } from "../policy/parameters.ts";
import { isQueueTypeName, type QueueTypeName } from "../queue/queue_type.ts";

/** What a virtual host says of itself and for its queues (RabbitMQ: `update_vhost_metadata`), kept as a parameter. */
export class VirtualHostMetadata {
  readonly #key: { readonly vhost: string; readonly component: string; readonly name: string };
  readonly #parameters: Parameters;

  constructor(vhost: string, parameters: Parameters) {
    this.#key = { vhost, component: "vhost-metadata", name: "metadata" };
    this.#parameters = parameters;
  }

  get #values(): Readonly<Record<string, Json>> {
    const { vhost, component, name } = this.#key;
    const values = this.#parameters.get(vhost, component, name);
    return values !== undefined && isMap(values) ? values : {};
  }

  /** The type of queues that are declared without one; `undefined` for the node's (RabbitMQ: Default Queue Type). */
  get defaultQueueType(): QueueTypeName | undefined {
    const type = this.#values.default_queue_type;
    return typeof type === "string" && isQueueTypeName(type) ? type : undefined;
  }

  /** Throws {@linkcode ParameterError} with RabbitMQ's words when there is no such type. */
  setDefaultQueueType(type: string | undefined): void {
    checkDefaultQueueType(type);
    const { default_queue_type: _, ...others } = this.#values;
    const value = type === undefined ? others : { ...others, default_queue_type: type };
    this.#parameters.set({ ...this.#key, value });
  }
}

/** Throws {@linkcode ParameterError} with RabbitMQ's words when there is no such type of queues. */
function checkDefaultQueueType(type: string | undefined): void {
  if (type === undefined || isQueueTypeName(type)) return;
  if (type === "") throw new ParameterError("default_queue_type must not be an empty string");
  throw new ParameterError(`${type} is not a valid queue type`);
}
