import type { LogLevel } from "../../broker/events/logger.ts";
import type { SyslogOptions } from "../../config/keys/syslog.ts";
import { jsonFormat } from "./json_format.ts";
import type { Format } from "./log_record.ts";
import { textFormat } from "./text_format.ts";
import { local, MONTHS, timeText } from "./time_format.ts";

/** Numbers of facilities (RFC 5424, table 1), by RabbitMQ's names. */
const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  kernel: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  ntp: 12,
  audit: 13,
  alert: 14,
  clock: 15,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** Numbers of severities (RFC 5424, table 2). */
export const SEVERITIES: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, notice: 5, warning: 4, error: 3 };
const NAME_MAX = 48;
const HOST_MAX = 255;

/** Names in the header of a message. */
export interface SyslogNames {
  readonly hostname: string;
  /** Name of the program. */
  readonly identity: string;
  /** Id of the process. */
  readonly pid: number;
}

/** Makes a format with messages like RabbitMQ's, by RFC 3164 or RFC 5424, each of which ends with a line feed. */
export function syslogFormat(options: SyslogOptions, names: SyslogNames): Format {
  const { format = {}, facility = "daemon" } = options;
  const text = format.isJson ? jsonFormat(format) : textFormat({ plaintext: "$msg", ...format });
  const hostname = word(names.hostname, HOST_MAX);
  const identity = word(names.identity, NAME_MAX);
  const isOld = protocolOf(options) === "rfc3164";
  return (record) => {
    const priority = FACILITIES[facility] * 8 + SEVERITIES[record.level];
    const header = isOld
      ? `${oldTime(record.timeMs)} ${hostname} ${identity}[${names.pid}] ${record.pid} - `
      : `1 ${timeText(record.timeMs, "rfc3339_T")} ${hostname} ${identity} ${names.pid} ${record.pid} - `;
    return `<${priority}>${header}${text(record)}`;
  };
}

/** Returns the protocol of messages, which follows from the transport where none is set. */
export const protocolOf = ({ protocol, transport }: SyslogOptions): "rfc3164" | "rfc5424" =>
  protocol ?? (isTls(transport) ? "rfc5424" : "rfc3164");

export const isTls = (transport: SyslogOptions["transport"]): boolean => transport === "tls" || transport === "ssl";

/** Writes a local time as `Apr  6 21:20:56`. */
function oldTime(timeMs: number): string {
  const [date, time] = local(timeMs).split("T");
  const [, month, day] = date.split("-").map(Number);
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time.slice(0, 8)}`;
}

/** Returns a name without what would end it in a header. */
const word = (name: string, most: number): string => name.replaceAll(/[^\x21-\x7e]/g, "_").slice(0, most) || "-";
