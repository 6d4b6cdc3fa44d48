import { anonymous, type AnonymousOptions } from "./anonymous.ts";
import { external, type ExternalOptions } from "./external.ts";
import { RABBIT_CR_DEMO } from "./rabbit_cr_demo.ts";
import { AMQPLAIN, type Mechanism, PLAIN } from "./sasl.ts";

/** RabbitMQ's keys for the mechanisms by which clients authenticate. */
export interface AuthMechanismsOptions extends ExternalOptions, Partial<AnonymousOptions> {
  /** Mechanisms in the order in which they are offered. Default: PLAIN, AMQPLAIN, and ANONYMOUS where it has a user. */
  readonly auth_mechanisms?: readonly MechanismName[];
}

/** Makes a mechanism; returns `undefined` when the keys that it needs are missing. */
type Make = (options: AuthMechanismsOptions) => Mechanism | undefined;

const MECHANISMS = {
  PLAIN: () => PLAIN,
  AMQPLAIN: () => AMQPLAIN,
  EXTERNAL: external,
  ANONYMOUS: ({ anonymous_login_user: user, anonymous_login_pass: password }) =>
    user === undefined || password === undefined || user === "none"
      ? undefined
      : anonymous({ anonymous_login_user: user, anonymous_login_pass: password }),
  "RABBIT-CR-DEMO": () => RABBIT_CR_DEMO,
} satisfies Record<MechanismName, Make>;

/** Name of a SASL mechanism. */
export type MechanismName = "PLAIN" | "AMQPLAIN" | "EXTERNAL" | "ANONYMOUS" | "RABBIT-CR-DEMO";

/** The names of all SASL mechanisms. */
export const MECHANISM_NAMES: readonly MechanismName[] = Object.keys(MECHANISMS) as readonly MechanismName[];

const DEFAULT_NAMES: readonly MechanismName[] = ["PLAIN", "AMQPLAIN", "ANONYMOUS"];

/**
 * Makes the mechanisms of RabbitMQ's keys. ANONYMOUS needs `anonymous_login_user` and `anonymous_login_pass`, and a
 * user other than `none`.
 */
export function mechanismsOf(options: AuthMechanismsOptions): Mechanism[] {
  const makers: Readonly<Record<MechanismName, Make>> = MECHANISMS;
  return (options.auth_mechanisms ?? DEFAULT_NAMES).map((name) => makers[name](options))
    .filter((mechanism) => mechanism !== undefined);
}
