import type { Blocks } from "../blocks/blocks.ts";
import type { Log } from "../log/log.ts";

const DEFAULT_DISK_FREE_LIMIT_BYTES = 50_000_000;

/** Logs a sentence for the operator. */
export type Report = (level: "info" | "warning" | "error", line: string) => void;

export interface SpaceHost {
  readonly log: Log;
  readonly blocks: Blocks;
  readonly diskFreeLimitBytes?: number;
  readonly report: Report;
  /** {@linkcode Space.isShort}, or the log's `failure` or `shortage`, has changed. */
  onPressure(): void;
}

/** Watches the room for writing: sets the disk alarm and clears it (RabbitMQ: Disk Alarms). */
export class Space {
  isShort = false;
  readonly #host: SpaceHost;
  #limitBytes: number;
  #isDiskLow = false;
  #checkpointFailure: Error | undefined;

  constructor(host: SpaceHost) {
    this.#host = host;
    this.#limitBytes = host.diskFreeLimitBytes ?? DEFAULT_DISK_FREE_LIMIT_BYTES;
  }

  /** Reason why the last attempt to make room in the log failed. */
  get checkpointFailure(): Error | undefined {
    return this.#checkpointFailure;
  }

  set checkpointFailure(error: Error | undefined) {
    if (error !== undefined && this.#checkpointFailure === undefined) {
      this.#host.report("error", `journal files can't be given up: ${error.message}. It is tried again.`);
    }
    this.#checkpointFailure = error;
    this.update();
  }

  /** Free space below which the alarm is set. In bytes. */
  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
  }

  /** Checks the free space. */
  async look(): Promise<void> {
    const freeBytes = await this.#host.blocks.freeBytes().catch(() => Infinity);
    this.#isDiskLow = freeBytes < this.#limitBytes;
    this.update();
  }

  /** Updates the alarm. */
  update(): void {
    const { log, report } = this.#host;
    const error = log.failure ?? log.shortage ?? this.#checkpointFailure;
    const isShort = error !== undefined || this.#isDiskLow;
    if (isShort !== this.isShort) {
      this.isShort = isShort;
      const why = error?.message ?? `less than ${this.#limitBytes} bytes are free`;
      if (isShort) report("warning", `disk alarm set, publishers are blocked: ${why}`);
      else report("info", "disk alarm cleared");
    }
    this.#host.onPressure();
  }
}
