import type { FieldTable } from "../amqp/field_table.ts";

/** A durable change of what the broker consists of. Messages have calls of their own, for there are many. */
export type TopologyRecord =
  | {
    readonly type: "exchange.declared";
    readonly vhost: string;
    readonly exchange: string;
    readonly exchangeType: string;
    readonly autoDelete: boolean;
    readonly internal: boolean;
    readonly arguments: FieldTable;
  }
  | { readonly type: "exchange.deleted"; readonly vhost: string; readonly exchange: string }
  | {
    readonly type: "queue.declared";
    readonly vhost: string;
    readonly queue: string;
    /** What the queue is called in the records of its messages. */
    readonly queueId: number;
    readonly autoDelete: boolean;
    readonly arguments: FieldTable;
  }
  | { readonly type: "queue.deleted"; readonly queueId: number }
  | { readonly type: "binding.added" | "binding.removed"; readonly vhost: string; readonly binding: BindingRecord };

export interface BindingRecord {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: "queue" | "exchange";
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** A persistent message as a store sees it. The views are good until the end of the call. */
export interface StoredMessage {
  /** Exchange and routing key, as two short strings. */
  readonly address: Uint8Array;
  /** The payload of its content header. */
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/**
 * Where durable changes go: an append-only log that says when what was appended is safe. The broker never waits inside a
 * turn: it appends, goes on, and holds back what it promises its clients until {@linkcode durable} has caught up.
 */
export interface Store {
  /** The number of the last record that was appended; the first one is 1. */
  readonly appended: number;
  /** The number of the last record that is safe. Never more than {@linkcode appended}. */
  readonly durable: number;
  /** Called after {@linkcode durable} has risen, outside of any turn. */
  onDurable: () => void;

  /** Appends a change of exchanges, queues or bindings. */
  append(record: TopologyRecord): void;
  /** Appends a persistent message, once, with all durable queues that it went to and its position in each. */
  enqueue(message: StoredMessage, queueIds: readonly number[], positions: readonly number[]): void;
  /** Appends that a queue is done with the message at a position. */
  settle(queueId: number, position: number): void;
  /** Resolves when everything appended is safe. The store is not used any more. */
  close(): Promise<void>;
}
