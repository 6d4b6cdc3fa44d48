import type { Behaviour } from "../../broker/compat/behaviour.ts";

/** The reach of a change: `now` is everybody, `new connections` only later ones. */
export type Live = "now" | "new connections";

/** The effect of a key. */
export interface Effect<Draft> {
  readonly help: string;
  /** Default value, as it would be written. */
  readonly default?: string | ((behaviour: Behaviour) => string);
  /** A key with the same meaning in another form. Of several that are set the last one counts. Default: none. */
  readonly meaning?: string;
  /**
   * Applies a value, with what stands for each `$x` in the key's name. Returns the reason if the value has no effect.
   * Throws `RangeError` for an invalid one.
   */
  apply(draft: Draft, value: string, ...parts: string[]): string | void;
  /** Reach of a change while the broker runs (SIGHUP). Default: none before the next start. */
  readonly live?: Live;
}

/** By the name of the key. */
export type Effects<Draft> = Readonly<Record<string, Effect<Draft>>>;

/** Returns a key's default, with the behaviour of a version of RabbitMQ. */
export const defaultOf = <Draft>({ default: value }: Effect<Draft>, behaviour: Behaviour): string | undefined =>
  typeof value === "function" ? value(behaviour) : value;
