/** What is wrong with a configuration; `message` has a sentence a line for whoever wrote it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
