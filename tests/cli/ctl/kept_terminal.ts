import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { readPart } from "../../../src/runtime/node_terminal.ts";
import type { Terminal } from "../../../src/runtime/terminal.ts";

/** A terminal that keeps what is written. */
export class KeptTerminal implements Terminal {
  readonly isColoured = false;
  readonly isInteractive = false;
  /** Lines that are read, as they come together. */
  readonly input: string[][] = [];
  readonly stop = new AbortController();
  stdout = "";
  stderr = "";
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  complain(text: string, help = ""): void {
    this.stderr += `${text}${help}\n`;
  }

  print(lines: readonly string[]): Promise<void> {
    this.stdout += `${lines.join("\n")}\n`;
    return Promise.resolve();
  }

  draw = (lines: readonly string[]) => this.print(lines);
  onResize = () => {};

  printNow(line: string): void {
    this.stdout += `${line}\n`;
  }

  readInput = () => this.input.shift()?.join("\n") ?? "";
  readLine = () => this.input.shift()?.[0];
  readLines = () => this.input.shift();
  readTextFile = (path: string) => readFileSync(join(this.#folder, path), "utf8");
  readPart = (path: string, start: number, maxBytes: number) => readPart(join(this.#folder, path), start, maxBytes);
  writeFile = (path: string, bytes: Uint8Array) => writeFileSync(join(this.#folder, path), bytes);
  appendTextFile = (path: string, text: string) => appendFileSync(join(this.#folder, path), text);
  writeTextFile = (path: string, text: string) => writeFileSync(join(this.#folder, path), text);
  fileExists = (path: string) => existsSync(join(this.#folder, path));
  stopSignal = () => this.stop.signal;
  size = () => ({ columns: 80, rows: 24 });

  isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  canConnect(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host, port });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  }
}
