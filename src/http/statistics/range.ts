import { badRequest } from "../http_error.ts";

/** A request's range of samples: one for each step from the first time to the last. Times in milliseconds since 1970. */
export interface Range {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly stepMs: number;
}

/** The kinds of samples of which a request may ask for a range, by the beginning of its parameters. */
export type RangeName = "lengths" | "msg_rates" | "data_rates" | "node_stats";

const RANGE_NAMES: readonly RangeName[] = ["lengths", "msg_rates", "data_rates", "node_stats"];

/** The ranges that a request asks for. */
export type Ranges = Readonly<Partial<Record<RangeName, Range>>>;

/** Maximum number of samples in an answer. */
const SAMPLES_MAX = 500n;

/** Reads `msg_rates_age`, `msg_rates_incr` and their like, which are in seconds. Throws `HttpError` 400. */
export function readRanges(query: URLSearchParams, nowMs: number): Ranges {
  const ranges: Partial<Record<RangeName, Range>> = {};
  for (const name of RANGE_NAMES) {
    const age = readInteger(query.get(`${name}_age`));
    const step = readInteger(query.get(`${name}_incr`));
    if (age === undefined || step === undefined) continue;
    if (age <= 0n || step <= 0n || age / step > SAMPLES_MAX) {
      throw badRequest(`Invalid range parameters: age ${age}, incr ${step}`);
    }
    const stepMs = millisecondsOf(step);
    const lastMs = Math.floor(nowMs / stepMs) * stepMs;
    ranges[name] = { firstMs: lastMs - millisecondsOf(age), lastMs, stepMs };
  }
  return ranges;
}

/** Reads an integer of any length, as Erlang has them. */
const readInteger = (text: string | null): bigint | undefined =>
  text !== null && /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;

const millisecondsOf = (seconds: bigint): number => Math.min(Number(seconds) * 1000, Number.MAX_SAFE_INTEGER);
