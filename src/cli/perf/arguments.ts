import { phrase } from "../../phrase/phrase.ts";
import { PerfError } from "./perf_error.ts";
import type { Values } from "./values.ts";

/** Arguments of queues or consumers. */
export type Arguments = Readonly<Record<string, string | number | boolean | Date>>;

const STREAM_MAX_BYTES = 20 * 1000 ** 3;
const STREAM_SEGMENT_BYTES = 500 * 1000 ** 2;
/** Largest segment of a stream that PerfTest allows. In bytes. */
const SEGMENT_MAX_BYTES = 3 * 1000 ** 3;
const LOCATORS = ["client-local", "balanced"];

/** Returns the arguments of the queues that a run declares. */
export function queueArgumentsOf(values: Values): Arguments {
  const all = {
    ...keyValues(values.list("qa")),
    ...(values.has("qq") ? { "x-queue-type": "quorum" } : {}),
    ...(values.has("sq")
      ? {
        "x-queue-type": "stream",
        "x-max-length-bytes": STREAM_MAX_BYTES,
        "x-stream-max-segment-size-bytes": STREAM_SEGMENT_BYTES,
      }
      : {}),
    ...(values.has("mlb") ? { "x-max-length-bytes": bytesOf(values, "mlb") } : {}),
    ...(values.has("smssb") ? { "x-stream-max-segment-size-bytes": segmentBytesOf(values) } : {}),
    ...(values.has("ma") ? { "x-max-age": ageOf(values) } : {}),
    ...(values.has("ll") ? { "x-queue-leader-locator": locatorOf(values) } : {}),
  };
  if (values.has("smssb") && (Number(all["x-max-length-bytes"] ?? 0) || Infinity) <= segmentBytesOf(values)) {
    throw new PerfError(phrase`Max length bytes must be greater than stream max segment size`);
  }
  // No limit, as PerfTest means it.
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => name !== "x-max-length-bytes" || value !== 0),
  );
}

/** Returns the arguments of the consumers of a run. */
export function consumerArgumentsOf(values: Values): Arguments {
  return { ...keyValues(values.list("ca")), ...offsetOf(values.text("sco")) };
}

const MULTIPLES: Readonly<Record<string, number>> = { "": 1, kb: 1000, mb: 1000 ** 2, gb: 1000 ** 3, tb: 1000 ** 4 };

/** Reads a size such as `500mb`. */
function bytesOf(values: Values, name: string): number {
  const text = values.text(name) ?? "";
  const [, size, unit = ""] = /^(\d{1,15})(kb|mb|gb|tb)?$/i.exec(text) ?? [];
  const bytes = Number(size) * MULTIPLES[unit.toLowerCase()];
  if (!Number.isSafeInteger(bytes)) {
    throw new PerfError(phrase`'${text}' is not a valid byte capacity, valid example values: 100gb, 50mb`);
  }
  return bytes;
}

function segmentBytesOf(values: Values): number {
  const bytes = bytesOf(values, "smssb");
  if (bytes > SEGMENT_MAX_BYTES) throw new PerfError(phrase`The maximum segment size cannot be more than 3 GB`);
  return bytes;
}

/** Reads a duration of ISO 8601 such as `P5DT8H` or `PT10M30S`, and returns it as RabbitMQ's `x-max-age` has it. */
function ageOf(values: Values): string {
  const text = values.text("ma") ?? "";
  const parts = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? [NaN, NaN]).slice(1).map((part) =>
    Number(part ?? 0)
  );
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (!Number.isSafeInteger(total)) {
    throw new PerfError(phrase`'${text}' is not a valid duration, valid example values: PT15M, PT10H`);
  }
  if (total === 0) throw new PerfError(phrase`'${text}' is not a valid duration, it must be positive`);
  return `${total}s`;
}

function locatorOf(values: Values): string {
  const locator = values.text("ll") ?? "";
  if (!LOCATORS.includes(locator)) {
    throw new PerfError(
      phrase`'${locator}' is not a valid queue leader locator strategy. Valid values are ${LOCATORS.join(" and ")}.`,
    );
  }
  return locator;
}

/** Reads pairs such as `x-max-length=10,x-queue-mode=lazy`: numbers and `true` and `false` are such values. */
export function keyValues(texts: readonly string[]): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    texts.flatMap((text) => text.split(",")).filter((pair) => pair.trim() !== "").map((pair) => {
      const [key, value = ""] = pair.split("=");
      if (key === "x-dead-letter-exchange" && value === "amq.default") return [key, ""];
      if (value === "true" || value === "false") return [key, value === "true"];
      return [key, /^-?\d{1,15}$/.test(value) ? Number(value) : value];
    }),
  );
}

function offsetOf(text: string | undefined): Arguments {
  if (text === undefined) return {};
  if (["first", "last", "next"].includes(text.toLowerCase())) return { "x-stream-offset": text.toLowerCase() };
  if (/^\d{1,15}$/.test(text)) return { "x-stream-offset": Number(text) };
  const time = /^\d{4}-\d\d-\d\dT\S*(Z|[+-]\d\d:\d\d)$/i.test(text) ? new Date(text) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return { "x-stream-offset": time };
  throw new PerfError(phrase`'${text}' is not a valid stream offset value.`);
}
