import { ASKERS } from "./access.ts";
import type { Recorded, Recording } from "./recording.ts";
import type { Shape } from "./shape.ts";

/** A place where two brokers answer differently. */
export interface Difference {
  /** The request, with its body and user where they matter. */
  readonly request: string;
  /** Place in the answer: `status`, `location`, or fields such as `body.[ref/classic].arguments`. */
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly expected: Shape | undefined;
  readonly received: Shape | undefined;
}

/** Returns a sentence about a difference. */
export function describeDifference({ request, path, expected, received }: Difference): string {
  return `${request}: ${path}: ${JSON.stringify(expected)} in RabbitMQ 4.3, ${JSON.stringify(received)} here`;
}

/** Fields that name an object of a list, in this order. */
const NAMES = [
  "vhost",
  "component",
  "user",
  "source",
  "destination_type",
  "destination",
  "properties_key",
  "routing_key",
  "exchange",
  "consumer_tag",
  "name",
  "protocol",
];

/** Compares all answers of two brokers, request by request and field by field. */
export function compareRecordings(expected: Recording, received: Recording): Difference[] {
  const left = answersOf(expected);
  const right = answersOf(received);
  const differences: Difference[] = [];
  for (const [request, answer] of left) {
    const other = right.get(request);
    const add = (path: string, expected: Shape | undefined, received: Shape | undefined) =>
      differences.push({ request, path, expected, received });
    if (other === undefined) add("", "answered", undefined);
    else if (answer.status !== other.status) add("status", describeAnswer(answer), describeAnswer(other));
    else compare("", answer.fields, other.fields, add);
  }
  return differences;
}

interface Answer {
  readonly status: number;
  readonly fields: { readonly [field: string]: Shape };
}

const describeAnswer = ({ status, fields: { body = "" } }: Answer): string =>
  `${status} ${JSON.stringify(body).slice(0, 200)}`;

type Add = (path: string, expected: Shape | undefined, received: Shape | undefined) => void;

function compare(path: string, expected: Shape | undefined, received: Shape | undefined, add: Add): void {
  if (Array.isArray(expected) && Array.isArray(received)) return compareLists(path, expected, received, add);
  if (isObject(expected) && isObject(received)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(received)])) {
      compare(path === "" ? name : `${path}.${name}`, expected[name], received[name], add);
    }
  } else if (!isSame(expected, received)) add(path, expected, received);
}

function compareLists(path: string, expected: readonly Shape[], received: readonly Shape[], add: Add): void {
  const left = byName(expected);
  const right = byName(received);
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    compare(`${path}.[${name}]`, left.get(name), right.get(name), add);
  }
}

/** Returns the items of a list by name; by number where they have no names, or the same ones. */
function byName(list: readonly Shape[]): Map<string, Shape> {
  const names = list.map(nameOf);
  const areNames = names.every((name) => name !== "") && new Set(names).size === list.length;
  return new Map(list.map((item, index) => [areNames ? names[index] : String(index), item]));
}

function nameOf(item: Shape): string {
  if (!isObject(item)) return "";
  const names = NAMES.map((field) => item[field]).filter((name) => typeof name === "string");
  // Bindings may differ in their arguments only.
  if ("routing_key" in item && !("properties_key" in item)) names.push(JSON.stringify(item.arguments));
  return names.join("/");
}

/** An integer may stand for a float, which is a number all the same; a float for an integer breaks clients. */
const isSame = (expected: Shape | undefined, received: Shape | undefined): boolean =>
  Object.is(expected, received) || (expected === "<float>" && received === "<integer>");

const isObject = (value: Shape | undefined): value is { readonly [field: string]: Shape } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function answersOf({ reads, headers, access, badFields, writes }: Recording): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const [request, answer] of Object.entries(reads)) {
    const { body } = answer.bodyOf === undefined ? answer : reads[answer.bodyOf];
    answers.set(request, answerOf({ ...answer, body }));
  }
  for (const { status, headers: fields, ...request } of headers) {
    answers.set(`headers ${textOf(request)}`, { status: status as number, fields: { headers: fields as Shape } });
  }
  for (const [request, statuses] of Object.entries(access)) {
    const fields = Object.fromEntries(ASKERS.map((asker, index) => [asker ?? "nobody", statuses.split(" ")[index]]));
    answers.set(`access ${request}`, { status: 0, fields });
  }
  for (const [request, wrong] of Object.entries(badFields)) {
    for (const [what, answer] of Object.entries(wrong)) answers.set(`${request} (${what})`, answerOf(answer));
  }
  writes.forEach(({ answer, ...request }, index) =>
    answers.set(`write ${index + 1}: ${textOf(request)}`, answerOf(answer))
  );
  return answers;
}

const answerOf = ({ status, location, body }: Recorded): Answer => ({
  status,
  fields: { ...location !== undefined && { location }, ...body !== undefined && { body } },
});

function textOf({ request, ...options }: Readonly<Record<string, unknown>>): string {
  return Object.keys(options).length === 0 ? String(request) : `${request} ${JSON.stringify(options)}`;
}
