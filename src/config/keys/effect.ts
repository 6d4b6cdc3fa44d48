/** `now` is everybody, and otherwise those who come later. */
export type Live = "now" | "new connections";

/** What a key does. */
export interface Effect<Draft> {
  readonly help: string;
  /** The value that counts where none is given, as one would write it. */
  readonly default?: string;
  /** The key that says the same in another way. Of several that are set the last one counts. Default: none does. */
  readonly meaning?: string;
  /**
   * Takes a value over, given what stands for each `$x` of the key's name. Returns why the value has no effect, if it has
   * none. Throws `RangeError` for one that can't be used.
   */
  apply(draft: Draft, value: string, ...parts: string[]): string | void;
  /** Whom a change reaches while the broker runs (SIGHUP). Default: nobody before the next start. */
  readonly live?: Live;
}

/** By the name of the key. */
export type Effects<Draft> = Readonly<Record<string, Effect<Draft>>>;
