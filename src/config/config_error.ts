/** An invalid configuration; `message` has one sentence on each line, one for each error. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
