/** RabbitMQ's names of the choice of a login: the only one that is offered, or the first one. */
const KINDS = ["strict_auth_mechanism", "preferred_auth_mechanism"] as const;

export type AuthMechanismKind = typeof KINDS[number];

/**
 * Reads the login that somebody wants: `basic`, or `oauth2:` and the id of a resource server. Returns `undefined` for
 * none, and for another one.
 */
export function readMechanism(
  read: (name: AuthMechanismKind) => string | null,
): readonly [kind: AuthMechanismKind, mechanism: string] | undefined {
  for (const kind of KINDS) {
    const mechanism = read(kind);
    if (mechanism !== null) return /^(basic$|oauth2:)/.test(mechanism) ? [kind, mechanism] : undefined;
  }
  return undefined;
}
