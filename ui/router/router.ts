import { signal } from "@preact/signals";
import { type Address, readAddress, writeAddress } from "./address.ts";

/** The present address within the page. */
export const address = signal<Address>(readAddress(location.hash));

addEventListener("hashchange", () => {
  address.value = readAddress(location.hash);
});

/** Goes to another place of the page. */
export function goTo(path: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  location.hash = writeAddress(path, query);
}

/** Changes settings in the present address: a new one takes the place of the old one in the browser's history. */
export function changeQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = address.value;
  history.replaceState(null, "", writeAddress(path, { ...query, ...changes }));
  address.value = readAddress(location.hash);
}

/** Puts another address in the place of the present one, in the browser's history too. */
export function replaceAddress(hash: string): void {
  history.replaceState(null, "", hash);
  address.value = readAddress(location.hash);
}
