import { type Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import { type Call, vhostOf } from "./call.ts";
import { CommandError, failure } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { writeJson } from "./formatters/json.ts";
import { ApiError, type ManagementClient, path } from "./management_client.ts";
import { Dictionary, type JsonObject, type JsonValue, type Properties } from "./term.ts";

/** Returns a failure as `--formatter json` shows it. */
export const jsonFailure = (node: string, message: string): CommandError =>
  new CommandError(
    EXIT.unavailable,
    verbatim(writeJson(new Dictionary({ result: "error", node, message }))),
  );

/** Checks that a virtual host exists. */
export async function findVhost(api: ManagementClient, vhost: string): Promise<void> {
  if (await api.find(path`/api/vhosts/${vhost}?columns=name`) === undefined) {
    throw new CommandError(EXIT.data, phrase`Virtual host '${vhost}' does not exist`);
  }
}

/** Waits for a deletion; what does not exist is deleted already. */
export const ignoringAbsence = (deletion: Promise<void>): Promise<void> =>
  deletion.catch((error) => {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  });

/** Waits for a change, and throws a failure with this text when the object does not exist. */
export const absenceIs = (text: Phrase, change: Promise<unknown>): Promise<unknown> =>
  change.catch((error) => {
    throw error instanceof ApiError && error.status === 404 ? failure(text) : error;
  });

/** Reads an argument that is JSON. */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw failure(phrase`JSON decoding error. Reason: badarg`);
  }
}

/** Returns an argument that is a JSON object. */
export function asJsonObject(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw failure(phrase`JSON decoding error. Reason: badarg`);
}

/** Lists objects of a virtual host; one that does not exist has none. */
export async function* listIn(
  call: Call,
  kind: string,
  fields: readonly string[] = [],
): AsyncGenerator<readonly JsonObject[]> {
  const columns = fields.length === 0 ? "" : `?columns=${fields.join(",")}`;
  try {
    yield* call.api.list(`/api/${kind}${path`/${vhostOf(call)}`}${columns}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

/** Returns the node of a call as the management API describes it. */
export const nodeObject = async ({ api }: Call): Promise<JsonObject> => await api.get("/api/node") as JsonObject;

/** Returns the state of the node's application: `running`, `starting` or `stopped`. */
export const applicationOf = async (call: Call): Promise<string> => String((await nodeObject(call)).application);

/** Sentences about alarms, by the resource. */
const ALARMS: Readonly<Record<string, (node: unknown) => Phrase>> = {
  memory: (node) => phrase`Memory alarm on node ${node}`,
  disk: (node) => phrase`Free disk space alarm on node ${node}`,
};

/** Returns the alarms that are in effect, each in a sentence. */
export async function alarmsOf(call: Call): Promise<Phrase[]> {
  const { name, alarms } = await nodeObject(call);
  return (alarms as string[]).map((resource) => ALARMS[resource](name));
}

/** Returns an object of JSON as text, with its keys sorted. */
export const sortedJson = (object: JsonObject): string =>
  JSON.stringify(Object.fromEntries(Object.entries(object).sort(([one], [other]) => one < other ? -1 : 1)));

/** Returns pairs as a map. */
export const sorted = ({ entries }: Properties): Dictionary => new Dictionary(Object.fromEntries(entries));
