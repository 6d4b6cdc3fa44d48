/** The value of a key, with its source. */
export interface Setting {
  /** The parts of the key's name. A part may have dots in it. */
  readonly key: readonly string[];
  readonly value: string;
  /** For example `rabbitmq.conf, line 3`. */
  readonly source: string;
}

/** Writes a key as a configuration file does: dots in its parts are escaped. */
export const formatKey = (key: readonly string[]): string => key.map((part) => part.replaceAll(".", "\\.")).join(".");
