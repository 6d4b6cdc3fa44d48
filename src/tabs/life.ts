import type { PortTransport } from "../transport/port_transport.ts";
import { browser } from "./browser.ts";

/**
 * Holds a lock until a transport is closed, or the tab is: by that the other side learns of the end of a tab, which no
 * channel tells. Resolves when it has the lock.
 */
export function holdWhileOpen(lock: string, { closed }: PortTransport): Promise<void> {
  return new Promise((resolve, reject) => {
    browser.navigator.locks.request(lock, {}, () => {
      resolve();
      return closed;
    }).catch(reject);
  });
}

/** Aborts a transport when nobody holds the lock of its other side any more. */
export function abortWithoutOther(lock: string, transport: PortTransport): void {
  const waiting = new AbortController();
  transport.closed.then(() => waiting.abort());
  browser.navigator.locks.request(lock, { signal: waiting.signal }, () => transport.abort()).catch(() => {});
}
