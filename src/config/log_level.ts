/** RabbitMQ's levels from the least to the most severe; `none` is above all of them. */
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

/** Returns a number that grows with severity. */
export const severityOf = (level: LogThreshold): number => LOG_LEVELS.indexOf(level);
