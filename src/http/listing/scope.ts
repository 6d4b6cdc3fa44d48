/**
 * What decides which objects a list has, besides what the request says: the virtual hosts and their versions, or a right of
 * the user. A list or selection that was made with another scope is never used.
 */
export type Scope = readonly unknown[];

export const isSameScope = (a: Scope, b: Scope): boolean =>
  a.length === b.length && a.every((part, index) => part === b[index]);
