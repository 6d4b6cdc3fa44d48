import type { LogLevel } from "../../broker/events/logger.ts";
import type { LogFormat } from "../../config/keys/log_format.ts";

/** RabbitMQ's names of levels with 3 and with 4 letters. */
const SHORT: Readonly<Record<LogLevel, readonly [three: string, four: string]>> = {
  debug: ["dbg", "dbug"],
  info: ["inf", "info"],
  notice: ["ntc", "noti"],
  warning: ["wrn", "warn"],
  error: ["err", "erro"],
};

/** Returns a level's name as RabbitMQ writes it. */
export function levelText(level: LogLevel, format: LogFormat["levelFormat"] = "lc"): string {
  const name = format.endsWith("3") ? SHORT[level][0] : format.endsWith("4") ? SHORT[level][1] : level;
  return format.startsWith("uc") ? name.toUpperCase() : name;
}
