/** RabbitMQ's levels by rising severity; `none` is above all of them. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
  "none",
] as const;

export type LogThreshold = typeof LOG_LEVELS[number];

/** Returns a number that rises with severity. */
export const severityOf = (level: LogThreshold): number => LOG_LEVELS.indexOf(level);
