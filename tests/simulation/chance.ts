import { seededRandom } from "../store/seeded_random.ts";

/** All that is left to chance in a simulation, from one seed. */
export class Chance {
  /** From 0 on and below 1. */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Whether something happens that does with this probability. */
  happens(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** A number between two others, small ones as often as large ones. */
  scale(least: number, most: number): number {
    return least * Math.exp(this.random() * Math.log(most / least));
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)];
  }

  /** One of the values that are each given with a weight. */
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
