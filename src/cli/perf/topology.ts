import { fieldTable } from "../../wire/field_table.ts";
import { CHANNEL, Connection, type Target } from "./load/connection.ts";
import type { Parameters } from "./parameters.ts";

const DECLARED_AT_ONCE = 100;

/** The exchange and queues of a run. */
export class Topology {
  readonly #parameters: Parameters;
  readonly #fixedKey: string;
  /** Names of the queues that this run has declared and that outlive its connections. */
  readonly #declared: string[] = [];

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    this.#fixedKey = parameters.routingKey ?? crypto.randomUUID();
  }

  /** Returns the routing key of a publisher. */
  keyOfPublisher(index: number): string {
    const { isSequence, routingKey, queues } = this.#parameters;
    return isSequence && routingKey === undefined ? queues[index % queues.length] : this.#fixedKey;
  }

  /** Returns the queues of a consumer. */
  queuesOfConsumer(index: number): readonly string[] {
    const { isSequence, queues } = this.#parameters;
    return isSequence ? [queues[index % queues.length]] : queues;
  }

  /** True when a publisher's messages go to a queue. */
  routes(publisher: number, queue: string): boolean {
    return this.#parameters.exchangeType === "fanout" || this.keyOfPublisher(publisher) === this.#keyOfQueue(queue);
  }

  /** Declares everything that has a name and is not exclusive. */
  async declare(target: Target): Promise<void> {
    const { queues, exchange, exchangeType: type, isPredeclared, isExclusive } = this.#parameters;
    const connection = await Connection.open(target);
    if (exchange !== "" && !exchange.startsWith("amq.")) {
      const isThere = isPredeclared && await exists(target, (other) => {
        other.send(CHANNEL, "exchange.declare", { exchange, passive: true });
        return other.receive("exchange.declare-ok");
      });
      if (!isThere) {
        connection.send(CHANNEL, "exchange.declare", { exchange, type, durable: true });
        await connection.receive("exchange.declare-ok");
      }
    }
    if (!isExclusive) await this.#declareQueues(connection, target, queues);
    await connection.close();
  }

  /** Declares what belongs to a consumer's connection, and returns the names of its queues. */
  async declareFor(connection: Connection, target: Target, index: number): Promise<readonly string[]> {
    const queues = this.queuesOfConsumer(index);
    const { isExclusive, isPredeclared } = this.#parameters;
    if (queues.length > 0 && !isExclusive) return queues;
    if (queues.length === 0 && isPredeclared) return [];
    return await this.#declareQueues(connection, target, queues.length === 0 ? [""] : queues);
  }

  /** Deletes the queues that this run has declared to be deleted with their last consumer. */
  async deleteAutoDeleted(target: Target): Promise<void> {
    if (!this.#parameters.isAutoDelete || this.#declared.length === 0) return;
    const connection = await Connection.open(target);
    for (const queue of this.#declared) {
      connection.send(CHANNEL, "queue.delete", { queue });
      await connection.receive("queue.delete-ok");
    }
    await connection.close();
  }

  #keyOfQueue(queue: string): string {
    const { isSequence, routingKey } = this.#parameters;
    return isSequence && routingKey === undefined ? queue : this.#fixedKey;
  }

  async #declareQueues(connection: Connection, target: Target, queues: readonly string[]): Promise<readonly string[]> {
    const names: string[] = [];
    for (let start = 0; start < queues.length; start += DECLARED_AT_ONCE) {
      names.push(...await this.#declareGroup(connection, target, queues.slice(start, start + DECLARED_AT_ONCE)));
    }
    return names;
  }

  async #declareGroup(connection: Connection, target: Target, queues: readonly string[]): Promise<readonly string[]> {
    const { isPredeclared, isAutoDelete, isExclusive: exclusive } = this.#parameters;
    const durable = this.#parameters.isDurable || !exclusive && hasOnlyDurableQueues(connection.serverVersion);
    const missing: string[] = [];
    for (const queue of queues) {
      const isThere = isPredeclared && await exists(target, (other) => {
        other.send(CHANNEL, "queue.declare", { queue, passive: true });
        return other.receive("queue.declare-ok");
      });
      if (!isThere) missing.push(queue);
    }
    for (const queue of missing) {
      connection.send(CHANNEL, "queue.declare", {
        queue,
        durable,
        exclusive,
        autoDelete: isAutoDelete,
        arguments: fieldTable(this.#parameters.queueArguments),
      });
    }
    const declared: string[] = [];
    for (const _ of missing) declared.push((await connection.receive("queue.declare-ok")).queue);
    if (!exclusive) this.#declared.push(...declared);
    const names = [...queues.filter((queue) => !missing.includes(queue)), ...declared];
    await this.#bind(connection, names);
    return names;
  }

  async #bind(connection: Connection, queues: readonly string[]): Promise<void> {
    const { exchange, skipsBinding } = this.#parameters;
    if (exchange === "" || skipsBinding) return;
    for (const queue of queues) {
      connection.send(CHANNEL, "queue.bind", { queue, exchange, routingKey: this.#keyOfQueue(queue) });
    }
    for (const _ of queues) await connection.receive("queue.bind-ok");
  }
}

/** True for brokers since RabbitMQ 4.3, which deprecate transient queues that are not exclusive. */
function hasOnlyDurableQueues(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 4 || Number(major) === 4 && Number(minor) >= 3;
}

/** Resolves to whether the broker grants a passive declaration, on a connection that may break. */
async function exists(target: Target, declare: (connection: Connection) => Promise<unknown>): Promise<boolean> {
  const { promise: isRefused, resolve: refuse } = Promise.withResolvers<false>();
  const connection = await Connection.open({ ...target, onFailure: () => refuse(false) });
  const isThere = await Promise.race([declare(connection).then(() => true, () => false), isRefused]);
  if (isThere) await connection.close();
  else connection.drop();
  return isThere;
}
