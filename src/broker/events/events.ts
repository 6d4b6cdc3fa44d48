import type { FieldTable } from "../../wire/field_table.ts";
import type { Json } from "../../wire/json.ts";

/** A value in an event. A field table is written in Erlang's notation, as in RabbitMQ's events. */
export type EventValue =
  | string
  | boolean
  | number
  | null
  | FieldTable
  | readonly EventValue[]
  | { readonly [name: string]: EventValue };

/** RabbitMQ's name for the actor of changes that no user has requested. */
export const INTERNAL_USER = "rmq-internal";

interface OfVhost {
  readonly name: string;
  readonly vhost: string;
}

interface BindingFacts {
  readonly source_name: string;
  readonly source_kind: "exchange";
  readonly destination_name: string;
  readonly destination_kind: "exchange" | "queue";
  readonly routing_key: string;
  readonly arguments: FieldTable;
  readonly vhost: string;
}

interface VirtualHostFacts {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly default_queue_type: string;
  readonly protected_from_deletion: boolean;
  readonly tracing: boolean;
  readonly cluster_state: { readonly [node: string]: string };
}

interface PermissionFacts {
  readonly user: string;
  readonly vhost: string;
}

interface ConsumerFacts {
  readonly consumer_tag: string;
  readonly channel: string;
  readonly queue: string;
  readonly vhost: string;
}

interface LoginFacts {
  readonly connection_type: "network" | "direct";
  readonly name: string;
  readonly connection_name: string;
  readonly host?: string;
  readonly peer_host?: string;
  readonly peer_port?: number;
  readonly protocol: string;
  readonly auth_mechanism: string;
  readonly ssl: boolean;
  readonly ssl_protocol?: string;
  readonly ssl_cipher?: string;
  readonly peer_cert_issuer?: string;
  readonly peer_cert_subject?: string;
  readonly peer_cert_serial_number?: string;
  readonly peer_cert_validity?: string;
}

interface AlarmFacts {
  readonly source: "memory" | "disk";
  readonly node: string;
}

/** Fields with a value, by RabbitMQ's names. */
type Parts = { readonly [part: string]: EventValue };

interface ParameterFacts {
  readonly name: string;
  /** Absent for a global parameter. */
  readonly vhost?: string;
  readonly component: string;
}

/**
 * The events of a broker, by the routing keys of RabbitMQ's events (RabbitMQ: Event Exchange), with their fields beside
 * the time and, see {@linkcode HAS_USER}, the user. Adding an event is adding an entry to both.
 */
export interface Events {
  "queue.created": OfVhost & {
    readonly durable: boolean;
    readonly auto_delete: boolean;
    readonly arguments: FieldTable;
    /** Empty when the queue is not exclusive. */
    readonly owner_pid: string;
    readonly exclusive: boolean;
    readonly leader: string;
    readonly members: readonly string[];
    readonly type: string;
  };
  "queue.deleted": OfVhost & { readonly type: string };
  "exchange.created": OfVhost & {
    readonly type: string;
    readonly durable: boolean;
    readonly auto_delete: boolean;
    readonly internal: boolean;
    readonly arguments: FieldTable;
    /** Name of the policy, or nothing. */
    readonly policy: string;
  };
  "exchange.deleted": OfVhost;
  "binding.created": BindingFacts;
  "binding.deleted": BindingFacts;
  "connection.created": {
    readonly type: "network" | "direct";
    readonly pid: string;
    readonly name: string;
    readonly user_provided_name?: string;
    readonly host?: string;
    readonly port?: number;
    readonly peer_host?: string;
    readonly peer_port?: number;
    readonly ssl: boolean;
    readonly ssl_protocol: string;
    readonly ssl_key_exchange: string;
    readonly ssl_cipher: string;
    readonly ssl_hash: string;
    readonly peer_cert_subject: string;
    readonly peer_cert_issuer: string;
    readonly peer_cert_serial_number: string;
    readonly peer_cert_validity: string;
    readonly auth_mechanism: string;
    readonly protocol: string;
    readonly user: string;
    readonly vhost: string;
    /** Interval of heartbeats. In seconds. */
    readonly timeout: number;
    readonly frame_max: number;
    readonly channel_max: number;
    readonly client_properties: FieldTable;
    /** In milliseconds since 1970. */
    readonly connected_at: number;
    readonly node: string;
  };
  "connection.closed": {
    readonly name: string;
    readonly user_provided_name?: string;
    readonly pid: string;
    readonly node: string;
    readonly client_properties: FieldTable;
  };
  "channel.created": {
    readonly pid: string;
    readonly name: string;
    readonly connection: string;
    readonly number: number;
    readonly user: string;
    readonly vhost: string;
  };
  "channel.closed": { readonly pid: string; readonly consumer_count: number };
  "consumer.created": ConsumerFacts & {
    readonly exclusive: boolean;
    readonly ack_required: boolean;
    readonly prefetch_count: number;
    readonly arguments: FieldTable;
  };
  "consumer.deleted": ConsumerFacts;
  "vhost.created": VirtualHostFacts;
  "vhost.updated": VirtualHostFacts;
  "vhost.deleted": { readonly name: string };
  "user.created": { readonly name: string };
  "user.deleted": { readonly name: string };
  "user.password.changed": { readonly name: string };
  "user.password.cleared": { readonly name: string };
  "user.tags.set": { readonly name: string; readonly tags: readonly string[] };
  "permission.created": PermissionFacts & {
    readonly configure: string;
    readonly write: string;
    readonly read: string;
  };
  "permission.deleted": PermissionFacts;
  "topic.permission.created": PermissionFacts & {
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
  };
  "topic.permission.deleted": PermissionFacts;
  "parameter.set": ParameterFacts & { readonly value: Json };
  "parameter.cleared": ParameterFacts;
  "policy.set": OfVhost & Parts;
  "policy.cleared": OfVhost;
  "operator.policy.cleared": OfVhost;
  "queue.policy.updated": OfVhost & { readonly type: string } & Parts;
  "queue.policy.cleared": OfVhost & { readonly type: string };
  "vhost.limits.set": OfVhost & Parts;
  "vhost.limits.cleared": OfVhost;
  "user.limits.set": { readonly name: string; readonly username: string } & Parts;
  "user.limits.cleared": { readonly name: string; readonly username: string };
  "user.authentication.success": LoginFacts;
  /** The error is a text as Erlang's list of character codes. */
  "user.authentication.failure": LoginFacts & { readonly error: readonly number[] };
  "alarm.set": AlarmFacts;
  "alarm.cleared": AlarmFacts;
}

export type EventName = keyof Events;

/** True for events that have `user_who_performed_action` in RabbitMQ. */
export const HAS_USER: Readonly<Record<EventName, boolean>> = {
  "queue.created": true,
  "queue.deleted": true,
  "exchange.created": true,
  "exchange.deleted": true,
  "binding.created": true,
  "binding.deleted": true,
  "connection.created": true,
  "connection.closed": false,
  "channel.created": true,
  "channel.closed": true,
  "consumer.created": true,
  "consumer.deleted": true,
  "vhost.created": true,
  "vhost.updated": true,
  "vhost.deleted": true,
  "user.created": true,
  "user.deleted": true,
  "user.password.changed": true,
  "user.password.cleared": true,
  "user.tags.set": true,
  "permission.created": true,
  "permission.deleted": true,
  "topic.permission.created": true,
  "topic.permission.deleted": true,
  "parameter.set": true,
  "parameter.cleared": true,
  "policy.set": true,
  "policy.cleared": true,
  "operator.policy.cleared": true,
  "queue.policy.updated": true,
  "queue.policy.cleared": true,
  "vhost.limits.set": true,
  "vhost.limits.cleared": true,
  "user.limits.set": true,
  "user.limits.cleared": true,
  "user.authentication.success": false,
  "user.authentication.failure": false,
  "alarm.set": false,
  "alarm.cleared": false,
};

/** The receiver of a broker's events. */
export interface EventSink {
  /** Name of the broker. */
  readonly node: string;
  /** Reports an event; `user` performed the action, by default the broker itself. */
  notify<E extends EventName>(event: E, facts: Events[E], user?: string): void;
  /** Returns the name of a connection or channel in events, as RabbitMQ names processes. It never changes. */
  pidOf(process: object): string;
}
