import { signal } from "@preact/signals";

/** Number of times that the broker's name may have been changed here. The top bar reads the name anew after each. */
export const renamings = signal(0);

export function tellRenaming(): void {
  renamings.value++;
}
