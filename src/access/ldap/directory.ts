/** An entry of a directory. */
export interface DirectoryEntry {
  /** Distinguished name. */
  readonly dn: string;
  /** Values by the names of attributes. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A search in a directory. */
export interface DirectorySearch {
  /** Distinguished name of the object where it begins. */
  readonly base: string;
  /** The object itself, what is right below it, or all below it. */
  readonly scope: "base" | "one" | "sub";
  /** An attribute value that an entry must have. Default: any entry matches. */
  readonly equal?: { readonly attribute: string; readonly value: string };
  /** Attributes to be returned. */
  readonly attributes: readonly string[];
}

/** A connection to an LDAP server. All methods reject when the server can't be reached or does not answer. */
export interface Directory {
  /** Resolves with false when the server refuses the name and password. */
  bind(dn: string, password: string): Promise<boolean>;
  /** Resolves with `undefined` when there is no entry at the base. */
  search(search: DirectorySearch): Promise<readonly DirectoryEntry[] | undefined>;
  /** Ends the connection. */
  close(): void;
}

/** Opens a connection to the first server that can be reached. */
export type OpenDirectory = () => Promise<Directory>;
