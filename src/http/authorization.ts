import type { User } from "../access/access.ts";

/** Users who may use a route, by RabbitMQ's tags. */
export interface Rule {
  /** One of these tags is necessary. */
  readonly tags: readonly string[];
  /** Reason for the refusal of others. */
  readonly refusal: string;
  /** Description for the documentation. */
  readonly description: string;
}

const MANAGEMENT_TAGS = ["administrator", "monitoring", "policymaker", "management"];

/** The rules that routes name (RabbitMQ: Management Plugin, Permissions). */
export const WHO = {
  anyone: { tags: [], refusal: "", description: "anyone, without a login" },
  management: { tags: MANAGEMENT_TAGS, refusal: "Not management user", description: "any management tag" },
  monitoring: {
    tags: ["administrator", "monitoring"],
    refusal: "Not monitor user",
    description: "tag monitoring or administrator",
  },
  policymaker: {
    tags: ["administrator", "policymaker"],
    refusal: "User not authorised to access object",
    description: "tag policymaker or administrator",
  },
  administrator: { tags: ["administrator"], refusal: "Not administrator user", description: "tag administrator" },
} as const satisfies Record<string, Rule>;

export type Who = keyof typeof WHO;

export const hasTag = ({ tags }: User, wanted: readonly string[]): boolean => tags.some((tag) => wanted.includes(tag));

export const isAdministrator = (user: User): boolean => hasTag(user, WHO.administrator.tags);
export const isMonitor = (user: User): boolean => hasTag(user, WHO.monitoring.tags);
export const isManagement = (user: User): boolean => hasTag(user, MANAGEMENT_TAGS);
