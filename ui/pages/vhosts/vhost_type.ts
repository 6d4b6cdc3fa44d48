import type { MessageStats } from "../../api/types.ts";

/** A virtual host as the API has it. */
export interface Vhost {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly default_queue_type: string;
  readonly protected_from_deletion: boolean;
  readonly tracing: boolean;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly message_stats?: MessageStats;
}

/** Types of queues that a virtual host may have as its default; empty for the broker's own. */
export const DEFAULT_TYPES = ["", "classic", "quorum", "stream"] as const;
export type DefaultType = typeof DEFAULT_TYPES[number];

/** Returns the choice for a default type as the API has it. */
export const defaultTypeOf = ({ default_queue_type: type }: Vhost): DefaultType =>
  DEFAULT_TYPES.find((known) => known === type) ?? "";

/** The body of a request that makes a virtual host or changes it. */
export const vhostBody = (description: string, tags: string, type: DefaultType): object => ({
  description,
  tags,
  ...(type === "" ? {} : { default_queue_type: type }),
});
