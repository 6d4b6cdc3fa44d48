/** Paths in configurations. Their parts are separated by slashes or by the backslashes of Windows. */

/** Returns whether a path tells its place without a folder: it begins with a slash, or with a drive and a slash. */
export const isAbsolute = (path: string): boolean => /^([A-Za-z]:)?[/\\]/.test(path);

/** Returns the index of the last separator; -1 when there is none. */
const lastSeparator = (path: string): number => Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));

/** Returns the part of a path up to its last separator, and with it: `""` for a name alone. */
export const prefixOf = (path: string): string => path.slice(0, lastSeparator(path) + 1);

/** Returns the folder of a path, to be listed. */
export function folderOf(path: string): string {
  const prefix = prefixOf(path);
  if (prefix === "") return ".";
  return /^([A-Za-z]:)?[/\\]$/.test(prefix) ? prefix : prefix.slice(0, -1);
}

/** Returns the last part of a path. */
export const nameOf = (path: string): string => path.slice(lastSeparator(path) + 1);
