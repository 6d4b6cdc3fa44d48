import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import type { Runtime } from "./runtime.ts";
import { OutputClosed, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

const STDIN = 0;
const CHUNK_BYTES = 64 * 1024;

/** The terminal, or the pipes in place of it. */
export class NodeTerminal implements Terminal {
  readonly isInteractive: boolean;
  readonly isColoured: boolean;
  readonly #runtime: Runtime;
  readonly #decoder = new TextDecoder();
  /** Text that has been read from stdin and not been used yet. */
  #unread = "";
  #isAtEnd = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.isInteractive = runtime.isTerminal("stdout");
    this.isColoured = this.isInteractive && (runtime.environment("NO_COLOR") ?? "") === "";
  }

  complain(text: string, help = ""): void {
    this.#runtime.writeLine("stderr", (this.#runtime.isTerminal("stderr") ? visible(text) : text) + help);
  }

  print(lines: readonly string[]): Promise<void> {
    return this.draw(this.isInteractive ? lines.map(visible) : lines);
  }

  async draw(lines: readonly string[]): Promise<void> {
    try {
      await this.#runtime.write("stdout", `${lines.join("\n")}\n`);
    } catch (cause) {
      throw new OutputClosed("stdout is closed", { cause });
    }
  }

  printNow(line: string): void {
    this.#runtime.writeLine("stdout", line);
  }

  readInput(): string {
    while (!this.#isAtEnd) this.#read();
    const text = this.#unread;
    this.#unread = "";
    return text;
  }

  readLine(): string | undefined {
    while (!this.#isAtEnd && !this.#unread.includes("\n")) this.#read();
    if (this.#unread === "") return undefined;
    const end = this.#unread.indexOf("\n");
    const line = end < 0 ? this.#unread : this.#unread.slice(0, end);
    this.#unread = end < 0 ? "" : this.#unread.slice(end + 1);
    return line;
  }

  readLines(): readonly string[] | undefined {
    while (!this.#isAtEnd && !this.#unread.includes("\n")) this.#read();
    if (this.#unread === "") return undefined;
    // The last line needs no line feed.
    const end = this.#isAtEnd && !this.#unread.endsWith("\n") ? this.#unread.length : this.#unread.lastIndexOf("\n");
    const lines = this.#unread.slice(0, end).split("\n");
    this.#unread = this.#unread.slice(end + 1);
    return lines;
  }

  readTextFile(path: string): string {
    return readFileSync(path, "utf8");
  }

  readPart(path: string, start: number, maxBytes: number): { readonly bytes: Uint8Array; readonly size: number } {
    return readPart(path, start, maxBytes);
  }

  writeTextFile(path: string, text: string): void {
    writeFileSync(path, text, { mode: 0o600 });
  }

  appendTextFile(path: string, text: string): void {
    appendFileSync(path, text, { mode: 0o600 });
  }

  writeFile(path: string, bytes: Uint8Array): void {
    writeFileSync(path, bytes, { mode: 0o600 });
  }

  fileExists(path: string): boolean {
    return existsSync(path);
  }

  stopSignal(): AbortSignal {
    const stop = new AbortController();
    this.#runtime.onStopSignal(() => stop.abort());
    return stop.signal;
  }

  size(): { readonly columns: number; readonly rows: number } {
    const { columns = 80, rows = 24 } = process.stdout;
    return { columns, rows };
  }

  onResize(callback: () => void): void {
    process.stdout.on("resize", callback);
  }

  canConnect(host: string, port: number, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: timeoutMs });
      const end = (isConnected: boolean) => {
        socket.destroy();
        resolve(isConnected);
      };
      socket.once("connect", () => end(true)).once("error", () => end(false)).once("timeout", () => end(false));
    });
  }

  isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as { code?: string }).code === "EPERM";
    }
  }

  #read(): void {
    const bytes = new Uint8Array(CHUNK_BYTES);
    let count = 0;
    try {
      count = readSync(STDIN, bytes, 0, CHUNK_BYTES, null);
    } catch (error) {
      const { code } = error as { code?: string };
      // A terminal that somebody has set to non-blocking: try again.
      if (code === "EAGAIN") return;
      if (code !== "EOF") throw error;
    }
    this.#isAtEnd = count === 0;
    this.#unread += this.#decoder.decode(bytes.subarray(0, count), { stream: !this.#isAtEnd });
  }
}

/** Reads part of a file, from an offset up to a maximum length in bytes. Returns it with the size of the file. */
export function readPart(path: string, start: number, maxBytes: number): { bytes: Uint8Array; size: number } {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const bytes = new Uint8Array(Math.max(0, Math.min(maxBytes, size - start)));
    const count = bytes.length === 0 ? 0 : readSync(file, bytes, 0, bytes.length, start);
    return { bytes: bytes.subarray(0, count), size };
  } finally {
    closeSync(file);
  }
}
