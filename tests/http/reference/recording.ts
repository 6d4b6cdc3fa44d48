import { readFile } from "node:fs/promises";
import type { Api, ApiAnswer } from "./api.ts";
import { recordAccess } from "./access.ts";
import { RIGHT_WRITES, wrongBodies } from "./bad_fields.ts";
import { recordHeaders } from "./headers.ts";
import { findPlaces, type Places } from "./places.ts";
import { PAIR_READS, type Read, READS } from "./reads.ts";
import { type Shape, shapeOf, type ShapeOptions } from "./shape.ts";
import { WRITES } from "./writes.ts";

/** Status and body of an answer; with `location` where there is one. */
export interface Recorded {
  readonly status: number;
  readonly location?: string;
  readonly body?: Shape;
  /** Request that was answered with the same body. */
  readonly bodyOf?: string;
}

/** Length up to which a body is recorded again. In characters. */
const SHORT_BODY = 120;

/** Length from which a text that is not JSON is recorded by its type. In characters. */
const LONG_TEXT = 200;

/** A broker's answers, by the request. */
export interface Recording {
  readonly reads: Readonly<Record<string, Recorded>>;
  /** Status and headers of some answers. */
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  /** Statuses for each user in turn, by the request (`access.ts`). */
  readonly access: Readonly<Record<string, string>>;
  /** Answers to wrong bodies, by the request and what is wrong. */
  readonly badFields: Readonly<Record<string, Readonly<Record<string, Recorded>>>>;
  readonly writes: readonly (Readonly<Record<string, unknown>> & { readonly answer: Recorded })[];
}

/** Reads a recording of RabbitMQ, by its version: `4.3`, or `4.3-detailed`. */
export async function readRecording(version: string): Promise<Recording> {
  return JSON.parse(await readFile(new URL(`rabbitmq-${version}.json`, import.meta.url), "utf8"));
}

/** Asks a broker that has been filled with the scenario for everything. */
export async function record(api: Api): Promise<Recording> {
  const places = await findPlaces(api);
  return {
    reads: await recordReads(api, places, READS),
    headers: await recordHeaders(api, places),
    access: await recordAccess(api, places),
    badFields: await recordBadFields(api, places),
    writes: await recordWrites(api, places),
  };
}

/** Asks a broker with `management.rates_mode = detailed` for what it counts by pairs. */
export async function recordPairs(api: Api): Promise<Recording> {
  const reads = await recordReads(api, await findPlaces(api), PAIR_READS);
  return { reads, headers: [], access: {}, badFields: {}, writes: [] };
}

async function recordBadFields(api: Api, { replacements }: Places): Promise<Recording["badFields"]> {
  const all: Record<string, Record<string, Recorded>> = {};
  for (const { method, path, body, undo } of RIGHT_WRITES) {
    const answers: Record<string, Recorded> = {};
    for (const [name, wrong] of wrongBodies(body)) {
      const answer = await api.ask(method, path, { body: wrong });
      answers[name] = recordedOf(answer, { replacements });
      if (answer.status < 300 && undo !== undefined) await api.ask("DELETE", undo);
    }
    all[`${method} ${path}`] = answers;
  }
  return all;
}

async function recordWrites(api: Api, places: Places): Promise<Recording["writes"]> {
  const all = [];
  for (const { method, path, ...options } of WRITES) {
    const answer = await api.ask(method, places.fill(path), options);
    all.push({ request: `${method} ${path}`, ...options, answer: recordedOf(answer, places) });
  }
  return all;
}

async function recordReads(api: Api, places: Places, all: readonly Read[]): Promise<Record<string, Recorded>> {
  const reads: Record<string, Recorded> = {};
  const bodies = new Map<string, string>();
  for (const { path, ...options } of all) {
    const request = `GET ${path}`;
    const answer = recordedOf(await api.ask("GET", places.fill(path)), {
      ...options,
      replacements: places.replacements,
    });
    const body = JSON.stringify(answer.body);
    const same = bodies.get(body);
    reads[request] = same === undefined ? answer : { status: answer.status, bodyOf: same };
    if (same === undefined && body?.length > SHORT_BODY) bodies.set(body, request);
  }
  return reads;
}

/** Describes an answer. A body that is not JSON is recorded by its content type. */
export function recordedOf({ status, headers, text }: ApiAnswer, options: ShapeOptions): Recorded {
  const location = headers.get("location") ?? undefined;
  return {
    status,
    ...location !== undefined && { location },
    ...text !== "" && { body: bodyOf(headers, text, options) },
  };
}

function bodyOf(headers: Headers, text: string, options: ShapeOptions): Shape {
  const type = headers.get("content-type") ?? "without a type";
  if (type.startsWith("application/json")) return shapeOf(text, options);
  return text.length > LONG_TEXT || text.startsWith("<") ? `<${type}>` : `<${type}> ${text}`;
}
