/** Answers of the HTTP API, with the members that pages use. */

export interface Sample {
  readonly sample: number;
  /** In milliseconds since 1970. */
  readonly timestamp: number;
}

/** The rate of a count, with samples, newest first, where they are asked for. */
export interface Details {
  readonly rate: number;
  readonly samples?: readonly Sample[];
}

/** Counts of messages, each with a member of the same name and `_details`. */
export type MessageStats = Readonly<Record<string, number | Details | undefined>>;

/** A page of a list. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly filtered_count: number;
  readonly total_count: number;
  readonly page: number;
  readonly page_count: number;
  readonly page_size: number;
}

export interface WhoAmI {
  readonly name: string;
  readonly tags: readonly string[];
  /** In minutes. */
  readonly login_session_timeout?: number;
}

export interface Overview {
  readonly cluster_name: string;
  readonly product_name: string;
  readonly product_version: string;
  readonly rabbitmq_version: string;
  readonly erlang_version: string;
  readonly node?: string;
  readonly message_stats: MessageStats;
  readonly queue_totals: MessageStats;
  readonly churn_rates: MessageStats;
  readonly object_totals: Readonly<Partial<Record<ObjectKind, number>>>;
}

export type ObjectKind = "connections" | "channels" | "exchanges" | "queues" | "consumers";

export interface NodeState {
  readonly name: string;
  readonly running: boolean;
  /** In milliseconds. */
  readonly uptime?: number;
  readonly mem_used?: number;
  readonly mem_limit?: number;
  readonly mem_alarm?: boolean;
  readonly disk_free?: number;
  readonly disk_free_limit?: number;
  readonly disk_free_alarm?: boolean;
  readonly fd_used?: number;
  readonly fd_total?: number;
}

/** A value of AMQP's tables in JSON. */
export type TableValue = string | number | boolean | null | readonly TableValue[] | {
  readonly [name: string]: TableValue;
};
export type Table = Readonly<Record<string, TableValue>>;

export interface Queue {
  readonly name: string;
  readonly vhost: string;
  readonly type: "classic" | "quorum" | "stream";
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Table;
  readonly state: string;
  readonly node: string;
  readonly policy: string | null;
  readonly operator_policy: string | null;
  readonly effective_policy_definition: Table;
  readonly consumers: number;
  /** Part of the time in which consumers could take messages. */
  readonly consumer_capacity?: number;
  readonly messages: number;
  readonly messages_details?: Details;
  readonly messages_ready: number;
  readonly messages_ready_details?: Details;
  readonly messages_unacknowledged: number;
  readonly messages_unacknowledged_details?: Details;
  readonly message_bytes?: number;
  readonly message_bytes_ready?: number;
  readonly message_bytes_unacknowledged?: number;
  readonly message_bytes_ram?: number;
  readonly messages_ram?: number;
  readonly messages_persistent?: number;
  readonly memory?: number;
  readonly idle_since?: string;
  readonly single_active_consumer_tag?: string | null;
  readonly message_stats?: MessageStats;
  readonly consumer_details?: readonly Consumer[];
  readonly incoming?: readonly Pair[];
  readonly deliveries?: readonly Pair[];
}

/** Counts of an object with another one, which is a channel, an exchange or a queue. */
export interface Pair {
  readonly stats: MessageStats;
  readonly channel_details?: { readonly name: string };
  readonly exchange?: { readonly name: string; readonly vhost: string };
  readonly queue?: { readonly name: string; readonly vhost: string };
}

export interface Consumer {
  readonly consumer_tag: string;
  readonly ack_required: boolean;
  readonly exclusive: boolean;
  readonly active: boolean;
  readonly activity_status: string;
  readonly prefetch_count: number;
  /** Time that a delivery may stay unacknowledged. In milliseconds. */
  readonly consumer_timeout?: number;
  readonly arguments: Table;
  readonly queue: { readonly name: string; readonly vhost: string };
  readonly channel_details: {
    readonly name?: string;
    readonly connection_name?: string;
    readonly user?: string;
    readonly number?: number;
  };
}

export interface Binding {
  readonly source: string;
  readonly vhost: string;
  readonly destination: string;
  readonly destination_type: "queue" | "exchange";
  readonly routing_key: string;
  readonly arguments: Table;
  readonly properties_key: string;
}

/** A client's connection. */
export interface Connection {
  readonly name: string;
  readonly user_provided_name?: string;
  readonly vhost: string;
  readonly user: string;
  readonly node: string;
  readonly type: "direct" | "network";
  readonly protocol: string;
  readonly auth_mechanism: string;
  readonly state: string;
  readonly channels: number;
  readonly channel_max: number;
  readonly frame_max: number;
  /** Interval of heartbeats. In seconds. */
  readonly timeout: number;
  readonly client_properties: Table;
  /** In milliseconds since 1970. */
  readonly connected_at: number;
  readonly host: string | null;
  readonly port: number | null;
  readonly peer_host: string | null;
  readonly peer_port: number | null;
  readonly ssl: boolean;
  readonly ssl_protocol?: string | null;
  readonly ssl_cipher?: string | null;
  readonly peer_cert_subject?: string | null;
  readonly peer_cert_issuer?: string | null;
  readonly peer_cert_validity?: string | null;
  /** Bytes that wait to be sent. */
  readonly send_pend: number;
  readonly recv_oct: number;
  readonly recv_oct_details?: Details;
  readonly send_oct: number;
  readonly send_oct_details?: Details;
}

export interface Channel {
  readonly name: string;
  readonly number: number;
  readonly vhost: string;
  readonly user: string;
  readonly state: string;
  readonly confirm: boolean;
  readonly transactional: boolean;
  readonly consumer_count: number;
  readonly messages_unacknowledged: number;
  readonly messages_unconfirmed: number;
  readonly messages_uncommitted: number;
  readonly acks_uncommitted: number;
  readonly prefetch_count: number;
  readonly global_prefetch_count: number;
  readonly idle_since?: string;
  readonly message_stats?: MessageStats;
  readonly connection_details: { readonly name: string };
  readonly consumer_details?: readonly Consumer[];
  readonly publishes?: readonly Pair[];
  readonly deliveries?: readonly Pair[];
}

export interface Exchange {
  /** Empty for the default exchange. */
  readonly name: string;
  readonly vhost: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
  readonly user_who_performed_action?: string;
  readonly policy?: string;
  readonly operator_policy?: string;
  readonly message_stats?: MessageStats;
  readonly incoming?: readonly Pair[];
  readonly outgoing?: readonly Pair[];
}

export interface LoginAttempts {
  readonly protocol: string;
  readonly auth_attempts_failed: number;
  readonly auth_attempts_succeeded: number;
}

/** A message that was got from a queue. */
export interface Message {
  readonly payload: string;
  readonly payload_encoding: "string" | "base64";
  readonly payload_bytes: number;
  readonly exchange: string;
  readonly routing_key: string;
  readonly redelivered: boolean;
  /** Number of messages behind it; a tap does not tell it. */
  readonly message_count?: number;
  readonly properties: Readonly<Record<string, TableValue>>;
}
