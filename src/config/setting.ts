/** A key's value, and who gave it. */
export interface Setting {
  /** The parts of the key's name. A part may have dots in it. */
  readonly key: readonly string[];
  readonly value: string;
  /** Such as `rabbitmq.conf, line 3`. */
  readonly source: string;
}

/** A key as a configuration file writes it: dots in its parts are escaped. */
export const formatKey = (key: readonly string[]): string => key.map((part) => part.replaceAll(".", "\\.")).join(".");
