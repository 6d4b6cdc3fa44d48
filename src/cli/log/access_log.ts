import type { Logger } from "../../amqp091/logger.ts";
import { ConfigError } from "../../config/config_error.ts";
import { LineWriter } from "./line_writer.ts";
import type { LogRotation } from "../../runtime/log_file.ts";
import { local, MONTHS, offset } from "./time_format.ts";

/** Name of the file, as in RabbitMQ. */
const FILE = "access.log";
/** Maximum length of what a client sends, in a line. In UTF-16 code units. */
const FIELD_MAX = 2048;

/** An answered request. */
export interface Access {
  readonly timeMs: number;
  readonly host: string | undefined;
  /** Name of the logged-in user; absent when nobody is logged in. */
  readonly user: string | undefined;
  readonly request: Request;
  readonly version: string;
  readonly response: Response;
}

/** The log of requests over HTTP (`management.http_log_dir`), in the format of Apache that is called combined. */
export class AccessLog {
  readonly path: string;
  readonly #writer: LineWriter;

  private constructor(path: string, writer: LineWriter) {
    this.path = path;
    this.#writer = writer;
  }

  /** Makes the file and its folder if they do not exist. Rejects with `ConfigError` when it can't be written. */
  static async open(folder: string, rotation: LogRotation, log: Logger): Promise<AccessLog> {
    // Loaded on demand, as most servers have no such log.
    const { LogFile } = await import("../../runtime/log_file.ts");
    const path = `${folder}/${FILE}`;
    const file = new LogFile(path, rotation);
    await file.open().catch((error) => {
      throw new ConfigError(`The access log ${path} can't be written: ${(error as Error).message}`);
    });
    const writer = new LineWriter({
      write: (text) => file.append(text),
      droppedLine: (count) => `# ${count} lines were dropped here: the file took them too slowly, or not at all\n`,
      report: (why) => log("error", `the access log ${path} can't be written, lines are dropped: ${why}`),
    });
    return new AccessLog(path, writer);
  }

  add(access: Access): void {
    this.#writer.add(`${formatAccess(access)}\n`);
  }

  /** Resolves when waiting lines are written, or can't be. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }
}

/** Formats a line as RabbitMQ does: without the query, and with a length of 0 for what is sent in pieces. */
export function formatAccess({ timeMs, host = "-", user = "-", request, version, response }: Access): string {
  const { pathname } = new URL(request.url);
  const length = response.headers.get("content-length") ?? "0";
  const [referer, agent] = ["referer", "user-agent"].map((name) => quoted(request.headers.get(name) ?? ""));
  return `${host} - ${sanitized(user)} ${formatTime(timeMs)} "${quoted(request.method)} ${
    quoted(pathname)
  } ${version}" ` +
    `${response.status} ${length} "${referer}" "${agent}"`;
}

/** Returns text without line breaks and control characters. */
const sanitized = (text: string): string =>
  // deno-lint-ignore no-control-regex
  text.slice(0, FIELD_MAX).replace(/[\r\n\u2028\u2029]/g, "").replace(/[\x00-\x1f\x7f-\x9f]/g, "?");

const quoted = (text: string): string => sanitized(text).replace(/[\\"]/g, "\\$&");

/** Formats local time, such as `[28/Nov/2026:20:15:00 +0100]`. */
function formatTime(timeMs: number): string {
  const [date, time] = local(timeMs).split("T");
  const [year, month, day] = date.split("-");
  return `[${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} ${offset(timeMs).replace(":", "")}]`;
}
