import type { NewPasswords } from "../access/new_password.ts";
import type { DefaultData } from "../broker/topology/default_data.ts";
import type { VirtualHostDefaults } from "../broker/topology/vhost_defaults.ts";
import { Pattern } from "../pattern/pattern.ts";
import type { UserRecord } from "../store/topology_record.ts";
import { EVERYTHING, type NewUser, NO_PASSWORD, type Permissions } from "./users.ts";

/** Contents of a broker at its first start, and of each new virtual host. Patterns are regular expressions. */
export interface Defaults {
  /** Default: `/`. */
  readonly vhost?: string;
  /** Default: `guest`. */
  readonly user?: string;
  /** Default: `guest`. */
  readonly password?: string;
  /** Default: `administrator`. */
  readonly tags?: readonly string[];
  /** Default: all permissions. */
  readonly permissions?: Partial<Permissions>;
  /** Users of each new virtual host with a matching name. */
  readonly users?: readonly (Partial<Permissions> & {
    readonly name: string;
    readonly password?: string;
    readonly tags?: readonly string[];
    readonly vhostPattern?: string;
  })[];
  /** Operator policies of each new virtual host with a matching name. */
  readonly operatorPolicies?: readonly {
    readonly name: string;
    readonly vhostPattern?: string;
    readonly pattern?: string;
    readonly applyTo?: string;
    readonly definition: Readonly<Record<string, number>>;
  }[];
  /** Limits of each new virtual host: the first ones whose pattern matches its name. */
  readonly limits?: readonly {
    readonly vhostPattern?: string;
    readonly values: Readonly<Record<string, number>>;
  }[];
}

const ANY = ".*";

function recordOf({ name, password, tags = [] }: NewUser, passwords: NewPasswords): UserRecord {
  return { user: name, tags, ...password === undefined ? NO_PASSWORD : passwords.keep(name, password) };
}

/** Returns the contents of a node at its first start. */
export function defaultDataOf(defaults: Defaults, passwords: NewPasswords): DefaultData {
  const { vhost = "/", user: name = "guest", password = "guest", tags = ["administrator"] } = defaults;
  return {
    vhost,
    user: () => recordOf({ name, password, tags }, passwords),
    permissions: { ...EVERYTHING, ...defaults.permissions },
  };
}

/** Returns the contents of each new virtual host. Throws `PatternError` for an invalid pattern. */
export function vhostDefaultsOf(defaults: Defaults, passwords: NewPasswords): VirtualHostDefaults {
  const { users = [], operatorPolicies = [], limits = [] } = defaults;
  return {
    users: users.map(({ vhostPattern = ANY, configure = ANY, write = ANY, read = ANY, ...user }) => ({
      name: user.name,
      vhostPattern: new Pattern(vhostPattern),
      make: () => recordOf(user, passwords),
      permissions: { configure, write, read },
    })),
    operatorPolicies: operatorPolicies.map(({ vhostPattern = ANY, pattern = ANY, ...policy }) => ({
      ...policy,
      pattern,
      vhostPattern: new Pattern(vhostPattern),
    })),
    limits: limits.map(({ vhostPattern = ANY, values }) => ({ values, vhostPattern: new Pattern(vhostPattern) })),
  };
}
