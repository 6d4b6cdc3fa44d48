/** Reads what the browser's tab keeps; `undefined` for nothing, and for what an older page has written. */
export function readKept<Value extends object>(name: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(name) ?? "null");
    return typeof value === "object" && value !== null ? value as Value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value as long as the browser's tab. */
export const keep = (name: string, value: object): void => sessionStorage.setItem(name, JSON.stringify(value));

export const removeKept = (name: string): void => sessionStorage.removeItem(name);
