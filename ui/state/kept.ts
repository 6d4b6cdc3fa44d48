/** Reads what the browser keeps between visits; `null` where it keeps nothing. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // Storage may be forbidden.
    return null;
  }
}

/** Keeps a value for the next visit, if the browser allows it. */
export function writeKept(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage may be forbidden, or full. The value holds for this visit.
  }
}
