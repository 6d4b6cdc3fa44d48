import { Histogram } from "../measure/histogram.ts";

/** Upper bounds of times, in seconds, and of sizes, in bytes. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const BYTES = [512, 1024, 4096, 16_384, 65_536, 262_144, 524_288, 1_048_576];

/** Measures of a journal since the broker started. */
export class JournalMeasures {
  /** Times from the append of a batch until it is durable. */
  readonly syncSeconds = new Histogram(SECONDS);
  /** Sizes of batches. */
  readonly batchBytes = new Histogram(BYTES);
}
