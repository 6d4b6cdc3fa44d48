import { phrase } from "../../phrase/phrase.ts";
import { PerfError } from "./perf_error.ts";
import type { Switches } from "./switches.ts";

/** Reads the values of switches. */
export class Values {
  readonly switches: Switches;

  constructor(switches: Switches) {
    this.switches = switches;
  }

  has(name: string): boolean {
    return this.switches.has(name);
  }

  /** Returns the first value, as PerfTest does when a switch is given twice. */
  text(name: string): string | undefined {
    return this.switches.get(name)?.[0];
  }

  list(name: string): readonly string[] {
    return this.switches.get(name) ?? [];
  }

  number(name: string, absent: number, maximum = 2 ** 31 - 1): number {
    const text = this.text(name);
    if (text === undefined) return absent;
    const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
    if (!(value <= maximum)) {
      throw new PerfError(
        phrase`Invalid value for -${name}: ${JSON.stringify(text)}. It takes a whole number up to ${maximum}.`,
      );
    }
    return Math.max(0, value);
  }

  /** Returns a rate in messages a second; `undefined` when there is no limit, which -1 says too. */
  rate(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === "" ? NaN : Number(text);
    if (Number.isNaN(value)) {
      throw new PerfError(phrase`Invalid value for -${name}: ${JSON.stringify(text)}. It takes messages per second.`);
    }
    return value < 0 ? undefined : value;
  }

  boolean(name: string, absent: boolean): boolean {
    const text = this.text(name);
    return text === undefined ? absent : text.toLowerCase() === "true";
  }
}
