import { connect } from "node:net";
import { LogStream } from "./log_stream.ts";

/** Place and name of a stream to systemd's journal. */
export interface JournalTarget {
  /** Path of the journal's socket for streams. */
  readonly path: string;
  /** Name of the program (`SYSLOG_IDENTIFIER`). */
  readonly identity: string;
}

/** Priority of lines without one. */
const INFO = 6;

/**
 * Sends lines to systemd's journal by its protocol for streams, as sd_journal_stream_fd(3) does: no runtime's sockets
 * have the datagrams between processes that the native protocol needs. Each line begins with its priority
 * (sd-daemon(3)).
 */
export class JournalSocket {
  #target: JournalTarget;
  #stream: LogStream;

  constructor(target: JournalTarget) {
    this.#target = target;
    this.#stream = streamOf(target);
  }

  /** Sends to another place, or by another name, from the next line on. */
  use(target: JournalTarget): void {
    if (target.path === this.#target.path && target.identity === this.#target.identity) return;
    this.close();
    this.#target = target;
    this.#stream = streamOf(target);
  }

  /** Sends lines, each of which ends with a line feed. Rejects when they can't be sent. Calls must not overlap. */
  send(lines: string): Promise<void> {
    return this.#stream.write(lines);
  }

  close(): void {
    this.#stream.close();
  }
}

/**
 * Returns a stream that begins with the name of the program, no unit, the default priority, 1 for lines that begin with
 * their own one, and 0 for no copies to syslog, the kernel's log and the console.
 */
const streamOf = ({ path, identity }: JournalTarget): LogStream =>
  new LogStream({
    open: () => connect({ path }),
    ready: "connect",
    name: path,
    header: `${identity}\n\n${INFO}\n1\n0\n0\n0\n`,
  });
