import type { Access, Credentials, Operation, Refusal, Resource, User } from "./access.ts";
import { hashPassword, type RandomBytes, verifyPassword } from "./password.ts";

/** What a user may do in a virtual host: a pattern for the names of exchanges and queues for each operation. */
export type Permissions = Readonly<Record<Operation, RegExp>>;

interface Account extends User {
  readonly passwordHash: Uint8Array;
  /** RabbitMQ's `loopback_users`: such a user is refused from other machines. */
  readonly isLoopbackOnly: boolean;
  /** By virtual host. */
  readonly permissions: Map<string, Permissions>;
}

export interface NewUser {
  readonly name: string;
  readonly password: string;
  /** Default: none. */
  readonly tags?: readonly string[];
  /** Default: false. */
  readonly isLoopbackOnly?: boolean;
}

const EVERYTHING: Permissions = { configure: /.*/, write: /.*/, read: /.*/ };

/** Users with salted password hashes and permissions in memory. */
export class Users implements Access {
  readonly #accounts = new Map<string, Account>();
  readonly #randomBytes: RandomBytes;
  version = 0;

  constructor(randomBytes: RandomBytes) {
    this.#randomBytes = randomBytes;
  }

  /** What a new RabbitMQ node has: guest with password guest, from loopback only, who may do everything in `/`. */
  static withGuest(randomBytes: RandomBytes): Users {
    const users = new Users(randomBytes);
    users.add({ name: "guest", password: "guest", tags: ["administrator"], isLoopbackOnly: true });
    users.permit("guest", "/");
    return users;
  }

  /** Adds a user, or replaces the one of that name. */
  add(user: NewUser): void {
    this.#accounts.set(user.name, {
      name: user.name,
      tags: user.tags ?? [],
      isLoopbackOnly: user.isLoopbackOnly ?? false,
      passwordHash: hashPassword(user.password, this.#randomBytes),
      permissions: this.#accounts.get(user.name)?.permissions ?? new Map(),
    });
    this.version++;
  }

  /** Sets what a user may do in a virtual host; by default everything. Throws `RangeError` when there is no such user. */
  permit(name: string, vhost: string, permissions: Permissions = EVERYTHING): void {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new RangeError(`There is no user "${name}" to give permissions to`);
    account.permissions.set(vhost, permissions);
    this.version++;
  }

  login({ username, password, peer }: Credentials): User | Refusal {
    const account = this.#accounts.get(username);
    // An unknown user takes as long as a wrong password, so that the time does not tell who exists.
    const hash = account?.passwordHash ?? new Uint8Array(0);
    const isRight = password === undefined || (verifyPassword(hash, password) && password !== "");
    if (account === undefined || !isRight) return { refused: "invalid credentials" };
    if (account.isLoopbackOnly && !peer.isLoopback) return { refused: "user can only connect via localhost" };
    return account;
  }

  mayOpen(user: User, vhost: string): boolean {
    return this.#accounts.get(user.name)?.permissions.has(vhost) ?? false;
  }

  may(user: User, operation: Operation, { vhost, name }: Resource): boolean {
    const pattern = this.#accounts.get(user.name)?.permissions.get(vhost)?.[operation];
    // Unlike `test`, `search` begins at the front each time, whatever flags the pattern has.
    return pattern !== undefined && name.search(pattern) !== -1;
  }

  mayUseTopic(): boolean {
    return true;
  }
}
