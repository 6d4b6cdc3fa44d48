import type { Permission, User } from "./types.ts";

/** The body of a request that changes a user. Without a new password the old hash stays, whatever made it. */
export function changedUser({ password_hash, hashing_algorithm }: User, tags: string, password: string): object {
  if (password !== "") return { password, tags };
  return hashing_algorithm === undefined ? { password_hash, tags } : { password_hash, hashing_algorithm, tags };
}

/** Returns the names of the virtual hosts on which each user has permissions. */
export function vhostsOfUsers(permissions: readonly Permission[]): ReadonlyMap<string, readonly string[]> {
  const vhosts = new Map<string, string[]>();
  for (const { user, vhost } of permissions) {
    const names = vhosts.get(user);
    if (names === undefined) vhosts.set(user, [vhost]);
    else names.push(vhost);
  }
  return vhosts;
}
