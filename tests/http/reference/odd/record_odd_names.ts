import type { Recording } from "../recording.ts";
import { recordedOf } from "../recording.ts";
import type { Shape } from "../shape.ts";
import type { RawApi } from "./raw_api.ts";
import { STEPS } from "./steps.ts";

/** Texts that differ from broker to broker. */
const REPLACEMENTS = new Map<string | RegExp, string>([[/rabbitmq-cluster-id-[\w-]+/g, "rabbitmq-cluster-id-ID"]]);

/** A part of a text that is repeated often, as in names that are too long. */
const REPEATED = /(.|%\w\w%\w\w|%25\w\w%25\w\w)\1{98,}/gu;

/** Returns a value in which a list of objects with one field each is the list of their values, so that its order counts. */
function withOrder(value: Shape): Shape {
  if (isList(value)) {
    const isOfOneField = value.every((item) => isObject(item) && Object.keys(item).length === 1);
    return value.map((item) => isOfOneField && isObject(item) ? Object.values(item)[0] : withOrder(item));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withOrder(item)]));
}

const isList = (value: Shape): value is readonly Shape[] => Array.isArray(value);

const isObject = (value: Shape): value is { readonly [field: string]: Shape } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Makes all requests with odd names on a new broker, and returns its answers. */
export async function recordOddNames(api: RawApi): Promise<Recording> {
  const writes = [];
  let location = "";
  for (const { method, path, body } of STEPS) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await api.ask(method, path.replace("{location}", location), text);
    location = answer.headers.get("location") ?? location;
    writes.push({
      request: `${method} ${path}`,
      answer: recordedOf(answer, { replacements: REPLACEMENTS, isOrdered: true }),
    });
  }
  const short = JSON.stringify(writes).replace(
    REPEATED,
    (all, part: string) => `${part}…×${all.length / part.length}`,
  );
  return {
    reads: {},
    headers: [],
    access: {},
    badFields: {},
    writes: withOrder(JSON.parse(short)) as unknown as Recording["writes"],
  };
}
