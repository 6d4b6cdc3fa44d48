import { seededRandom } from "../store/seeded_random.ts";

/** All random decisions of a simulation, from one seed. */
export class Chance {
  /** Returns a number from 0 on and below 1. */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Returns true with a probability. */
  happens(probability: number): boolean {
    return this.random() < probability;
  }

  /** Returns a whole number from `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Returns a number between two others, small ones as often as large ones. */
  scale(least: number, most: number): number {
    return least * Math.exp(this.random() * Math.log(most / least));
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)];
  }

  /** Returns one of the values, chosen by their weights. */
  weighted<Value>(values: readonly (readonly [weight: number, value: Value])[]): Value {
    let left = this.random() * values.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of values) {
      left -= weight;
      if (left < 0) return value;
    }
    return values[values.length - 1][1];
  }

  bytes(into: Uint8Array): Uint8Array {
    for (let index = 0; index < into.length; index++) into[index] = this.random() * 256;
    return into;
  }
}
