/** Limits of virtual hosts and of users, by the names that RabbitMQ gives them. */
export const LIMIT_NAMES = {
  vhost: ["max-connections", "max-queues"],
  user: ["max-connections", "max-channels"],
} as const;

export type LimitKind = keyof typeof LIMIT_NAMES;

/** All limits of a virtual host or of a user, as the API lists them. */
export type OwnerLimits = Readonly<Partial<Record<LimitKind, string>>> & {
  readonly value: Readonly<Record<string, number>>;
};

/** A limit of a virtual host or of a user. */
export interface Limit {
  readonly owner: string;
  readonly name: string;
  readonly value: number;
}

/** Returns the limits one by one, in the order of their owners and names. A negative one limits nothing, and is left out. */
export const limitRows = (kind: LimitKind, all: readonly OwnerLimits[]): readonly Limit[] =>
  all.flatMap((limits) =>
    Object.entries(limits.value)
      .filter(([, value]) => value >= 0)
      .map(([name, value]) => ({ owner: limits[kind] ?? "", name, value }))
      .sort((a, b) => a.name < b.name ? -1 : 1)
  );
