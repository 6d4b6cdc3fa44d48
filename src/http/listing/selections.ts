import type { Clock } from "../../broker/turn/clock.ts";
import { isSameScope, type Scope } from "./scope.ts";

/** The objects of a list, selected and sorted, before any of them is described. */
export interface Selection<Item> {
  readonly items: readonly Item[];
  /** Number of objects from which they were selected. */
  readonly totalCount: number;
}

/** A selection that a request asks for. */
export interface SelectionRequest<Item> {
  /** The user, the path, and what the request says about filter and order. */
  readonly key: string;
  readonly scope: Scope;
  readonly make: () => Promise<Selection<Item>>;
}

/** Maximum number of selections that are kept. */
export const SELECTIONS_MAX = 8;
/** Maximum number of objects in a selection that is kept. */
export const SELECTED_MAX = 50_000;
/** Time without use after which a selection is forgotten. In milliseconds. */
export const UNUSED_MAX_MS = 60_000;

interface Kept {
  readonly scope: Scope;
  readonly selection: Selection<unknown>;
  cancelTimer: () => void;
}

/**
 * The selected objects of lists whose pages clients poll. As long as their scope is the same, a page costs no more than
 * the description of its own objects.
 */
export class Selections {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the selection that is kept, or makes it. Rejects as `make` does. A key always has items of one type. */
  async select<Item>({ key, scope, make }: SelectionRequest<Item>): Promise<Selection<Item>> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && isSameScope(kept.scope, scope)) {
      kept.cancelTimer();
      kept.cancelTimer = this.#forgetUnused(key);
      return kept.selection as Selection<Item>;
    }
    this.#forget(key);
    const selection = await make();
    if (selection.items.length <= SELECTED_MAX) this.#keep(key, scope, selection);
    return selection;
  }

  /** Forgets all selections. */
  close(): void {
    for (const key of this.#kept.keys()) this.#forget(key);
  }

  #keep(key: string, scope: Scope, selection: Selection<unknown>): void {
    // Another request may have made it meanwhile.
    this.#forget(key);
    if (this.#kept.size >= SELECTIONS_MAX) this.#forget(this.#kept.keys().next().value!);
    this.#kept.set(key, { scope, selection, cancelTimer: this.#forgetUnused(key) });
  }

  #forgetUnused(key: string): () => void {
    return this.#clock.after(UNUSED_MAX_MS, () => this.#forget(key));
  }

  #forget(key: string): void {
    this.#kept.get(key)?.cancelTimer();
    this.#kept.delete(key);
  }
}
