import type {
  InternalUser,
  InternalUsers,
  PermissionsOfUser,
  TopicPermissionsOfUser,
} from "../../src/access/internal_backend.ts";
import { DEFAULT_HASHING_ALGORITHM, type HashingAlgorithm, hashPassword } from "../../src/access/password.ts";

const key = (...parts: readonly string[]): string => JSON.stringify(parts);

/** Users and permissions in maps. */
export class MapUsers implements InternalUsers {
  version = 0;
  readonly users = new Map<string, InternalUser>();
  readonly #permissions = new Map<string, PermissionsOfUser>();
  readonly #topicPermissions = new Map<string, TopicPermissionsOfUser>();

  add(
    user: string,
    password: string,
    tags: readonly string[] = [],
    hashingAlgorithm: HashingAlgorithm = DEFAULT_HASHING_ALGORITHM,
  ): void {
    const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
    const passwordHash = password === "" ? new Uint8Array(0) : hashPassword(password, random, hashingAlgorithm);
    this.users.set(user, { user, passwordHash, hashingAlgorithm, tags });
    this.version++;
  }

  permit(user: string, vhost: string, permissions: PermissionsOfUser): void {
    this.#permissions.set(key(user, vhost), permissions);
    this.version++;
  }

  permitTopic(user: string, vhost: string, exchange: string, permissions: TopicPermissionsOfUser): void {
    this.#topicPermissions.set(key(user, vhost, exchange), permissions);
    this.version++;
  }

  permission({ user, vhost }: { user: string; vhost: string }): PermissionsOfUser | undefined {
    return this.#permissions.get(key(user, vhost));
  }

  topicPermission(
    { user, vhost, exchange }: { user: string; vhost: string; exchange: string },
  ): TopicPermissionsOfUser | undefined {
    return this.#topicPermissions.get(key(user, vhost, exchange));
  }
}
