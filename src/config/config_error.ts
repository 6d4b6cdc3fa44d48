/** A configuration that is refused; `message` has one sentence a line, one for each mistake. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
