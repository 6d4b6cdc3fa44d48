import type { Directory, DirectoryEntry, DirectorySearch } from "../../../src/access/ldap/directory.ts";

/** Entries with their attributes; a user has `userPassword`. */
export type Entries = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A directory in memory, which only bound users may search. */
export class FakeDirectory implements Directory {
  readonly #entries: Entries;
  readonly asked: string[] = [];
  isClosed = false;
  boundTo: string | undefined;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  bind(dn: string, password: string): Promise<boolean> {
    this.asked.push(`bind ${dn}`);
    const isRight = dn === "" || (this.#entries[dn]?.userPassword?.includes(password) ?? false);
    this.boundTo = isRight ? dn : undefined;
    return Promise.resolve(isRight);
  }

  search({ base, scope, equal }: DirectorySearch): Promise<readonly DirectoryEntry[] | undefined> {
    this.asked.push(`search ${scope} ${base}`);
    if (this.boundTo === undefined) return Promise.reject(new Error("not bound"));
    if (scope === "base" && this.#entries[base] === undefined) return Promise.resolve(undefined);
    const isWithin = (dn: string) => scope === "base" ? dn === base : dn === base || dn.endsWith(`,${base}`);
    const found = Object.entries(this.#entries).filter(([dn, attributes]) =>
      isWithin(dn) && (equal === undefined || attributes[equal.attribute]?.includes(equal.value))
    );
    return Promise.resolve(found.map(([dn, attributes]) => ({ dn, attributes })));
  }

  close(): void {
    this.isClosed = true;
  }
}
