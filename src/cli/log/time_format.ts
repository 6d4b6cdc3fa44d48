import type { LogFormat } from "../../config/keys/log_format.ts";

type TimeFormat = NonNullable<LogFormat["timeFormat"]>;

const FORMATS: Readonly<Record<TimeFormat, (timeMs: number) => string>> = {
  rfc3339_space: (timeMs) => `${local(timeMs).replace("T", " ")}000${offset(timeMs)}`,
  rfc3339_T: (timeMs) => `${local(timeMs)}000${offset(timeMs)}`,
  epoch_usecs: (timeMs) => `${timeMs * 1000}`,
  epoch_secs: (timeMs) => (timeMs / 1000).toFixed(6),
  lager_default: (timeMs) => local(timeMs).replace("T", " "),
};

/** Time formats that are numbers in JSON. */
const NUMBERS: Readonly<Partial<Record<TimeFormat, (timeMs: number) => number>>> = {
  epoch_usecs: (timeMs) => timeMs * 1000,
  epoch_secs: (timeMs) => Math.floor(timeMs / 1000),
};

/** Returns a time as RabbitMQ writes it in a line of text, in local time. */
export const timeText = (timeMs: number, format: TimeFormat = "rfc3339_space"): string => FORMATS[format](timeMs);

/** Returns a time as RabbitMQ writes it in JSON. */
export const timeJson = (timeMs: number, format: TimeFormat = "rfc3339_space"): string | number =>
  NUMBERS[format]?.(timeMs) ?? FORMATS[format](timeMs);

/** English names of months, as logs abbreviate them. */
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes a local time as `YYYY-MM-DDTHH:MM:SS.mmm`. */
export const local = (timeMs: number): string =>
  new Date(timeMs - zoneMinutes(timeMs) * 60_000).toISOString().slice(0, -1);

/** Returns the minutes by which local time is behind that of Greenwich. */
const zoneMinutes = (timeMs: number): number => new Date(timeMs).getTimezoneOffset();

/** Writes how far local time is ahead of that of Greenwich, as `+01:00`. */
export function offset(timeMs: number): string {
  const minutes = -zoneMinutes(timeMs);
  return `${minutes < 0 ? "-" : "+"}${digits(Math.abs(minutes) / 60)}:${digits(Math.abs(minutes) % 60)}`;
}

const digits = (number: number): string => String(Math.floor(number)).padStart(2, "0");
