import { phrase } from "../../phrase/phrase.ts";
import { type Span, Varying } from "./load/varying.ts";
import { PerfError } from "./perf_error.ts";

/** Maximum of a value and of its duration. */
const MAXIMUM = 2 ** 31 - 1;

/** Reads values with durations in seconds, such as `100:60`; `undefined` when there are none. */
export function varyingOf(texts: readonly string[], minimum: number, maximum = MAXIMUM): Varying | undefined {
  if (texts.length === 0) return undefined;
  return new Varying(texts.flatMap((text) => text.split(",")).map((text) => spanOf(text, minimum, maximum)));
}

function spanOf(text: string, minimum: number, maximum: number): Span {
  const [, value, seconds] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  const isValid = Number(value) <= maximum && Number(seconds) > 0 && Number(seconds) <= MAXIMUM;
  if (!isValid) {
    throw new PerfError(
      phrase`Invalid variable value definition: ${text}. Should be [VALUE]:[DURATION] with VALUE integer >= 0 and DURATION integer > 0`,
    );
  }
  return { value: Math.max(minimum, Number(value)), seconds: Number(seconds) };
}
