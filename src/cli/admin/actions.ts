import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { base64Of } from "../../wire/base64.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import type { Api } from "./api.ts";
import { quote, readArguments, type Request } from "./arguments.ts";
import { type ExactObject, inlineJson, parseExactJson } from "./exact_json.ts";
import { died, misused } from "./failure.ts";
import { help } from "./help.ts";
import type { Say } from "../texts/say.ts";
import {
  CLOSABLE,
  DECLARABLE,
  DELETABLE,
  LISTABLE,
  type Listable,
  MESSAGES,
  type Operation,
  PURGABLE,
  SHOWABLE,
} from "./objects.ts";
import { showItems } from "./show_items.ts";
import type { Settings } from "./switches.ts";
import { pageOf } from "../ctl/page.ts";
import { wrapLines } from "../wrap.ts";
import { configUsage, subcommandsUsage } from "./usage.ts";

/** A run of the program. */
export interface Run {
  /** Arguments behind the subcommand. */
  readonly args: readonly string[];
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly api: Api;
  /** Width of the terminal, if the environment tells it. */
  readonly columns: number | undefined;
  /** Returns a text in the language of the user. */
  readonly say: Say;
}

/** The subcommands. */
export const ACTIONS: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  help: showHelp,
  list: (run) => list(run, "list", LISTABLE),
  show: (run) => list(run, "show", SHOWABLE),
  declare: (run) =>
    change(run, DECLARABLE, (kind) => kind === "binding" ? "POST" : "PUT", (kind) => phrase`${kind} declared`),
  delete: (run) => change(run, DELETABLE, () => "DELETE", (kind) => phrase`${kind} deleted`),
  close: (run) => change(run, CLOSABLE, () => "DELETE", (kind) => phrase`${kind} closed`),
  purge: (run) => change(run, PURGABLE, () => "DELETE", (kind) => phrase`${kind} purged`),
  publish,
  get,
  export: exportDefinitions,
  import: importDefinitions,
};

const tell = async ({ settings, terminal, say }: Run, text: Phrase): Promise<void> => {
  if (settings.verbose) await terminal.print([say(text)]);
};

function onlyArgument({ args }: Run): string {
  if (args.length !== 1) throw misused(phrase`Exactly one argument required`);
  return args[0];
}

async function showHelp(run: Run): Promise<void> {
  const { say } = run;
  if (run.args.length === 0) return await run.terminal.print([help(say, run.columns)]);
  const topics: Readonly<Record<string, (say: Say) => string>> = {
    subcommands: subcommandsUsage,
    config: configUsage,
  };
  const topic = onlyArgument(run);
  if (!Object.hasOwn(topics, topic)) throw misused(phrase`help topic must be one of:\n  subcommands\n  config`);
  await run.terminal.print([wrapLines(topics[topic](say), pageOf(run.terminal).width)]);
}

async function list(run: Run, verb: "list" | "show", kinds: Readonly<Record<string, Listable>>): Promise<void> {
  const { args: [kind, ...asked], settings, api } = run;
  if (kind === undefined) throw misused(phrase`Type not specified`);
  if (!Object.hasOwn(kinds, kind)) {
    throw misused(verb === "list" ? phrase`Don't know how to list ${kind}` : phrase`Don't know how to show ${kind}`);
  }
  const { isOfVhost, columns = [], json } = kinds[kind];
  // A depth that was written asks for all columns, even if it is the default's.
  const usesOwn = settings.depth === 1 && !String(settings.format).includes("json");
  const shown = asked.length > 0 || !usesOwn ? asked : columns;
  const query = [
    ...(shown.length > 0 ? [`columns=${shown.map(quote).join(",")}`] : []),
    ...(settings.sort ? [`sort=${quote(String(settings.sort))}`] : []),
    ...(settings.sort_reverse ? ["sort_reverse=true"] : []),
  ].join("&");
  const vhost = isOfVhost && settings.vhost ? `/${quote(String(settings.vhost))}` : "";
  const text = await api.send("GET", `/${kind.replaceAll("_", "-")}${vhost}${query === "" ? "" : `?${query}`}`);
  await showItems(verb === "show" ? `[${text}]` : text, shown, json, run);
}

async function change(
  run: Run,
  kinds: Readonly<Record<string, Operation>>,
  methodOf: (kind: string) => "PUT" | "POST" | "DELETE",
  done: (kind: string) => Phrase,
): Promise<void> {
  const { args: [kind, ...args], settings, api } = run;
  if (kind === undefined) throw misused(phrase`Type not specified`);
  if (!Object.hasOwn(kinds, kind)) throw misused(phrase`Type ${kind} not recognised`);
  const { path, body } = readArguments(args, kinds[kind], settings);
  const method = methodOf(kind);
  await api.send(method, path, method === "DELETE" ? undefined : inlineJson(body));
  await tell(run, done(kind));
}

const post = ({ api }: Run, { path, body }: Request): Promise<string> => api.send("POST", path, inlineJson(body));

async function publish(run: Run): Promise<void> {
  const { args, settings, terminal } = run;
  let request = readArguments(args, MESSAGES.publish, settings);
  if (request.body.payload === undefined) {
    const payload = base64Of(new TextEncoder().encode(terminal.readInput()));
    request = { ...request, body: { ...request.body, payload, payload_encoding: "base64" } };
  }
  const { routed } = JSON.parse(await post(run, request)) as { readonly routed: boolean };
  await tell(run, routed ? phrase`Message published` : phrase`Message published but NOT routed`);
}

async function get(run: Run): Promise<void> {
  const request = readArguments(run.args, MESSAGES.get, run.settings);
  const { payload_file: file, count } = request.body;
  if (file && count !== "1") throw misused(phrase`Cannot get multiple messages using payload_file`);
  const text = await post(run, request);
  if (!file) return await showItems(text, [], undefined, run);
  const [message] = parseExactJson(text) as unknown as readonly ExactObject[];
  if (message === undefined) return await showItems(text, [], undefined, run);
  writePayload(run, String(file), message);
  const columns = ["routing_key", "exchange", "message_count", "payload_bytes", "redelivered"];
  await showItems(text, columns, undefined, run);
}

function writePayload({ terminal }: Run, file: string, { payload, payload_encoding: encoding }: ExactObject): void {
  const text = String(payload);
  const bytes = encoding === "base64"
    ? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
    : new TextEncoder().encode(text);
  withFile(file, "write", () => terminal.writeFile(file, bytes));
}

async function exportDefinitions(run: Run): Promise<void> {
  const file = onlyArgument(run);
  const text = await run.api.send("GET", definitionsPath(run));
  withFile(file, "write", () => run.terminal.writeTextFile(file, text));
  await tell(run, phrase`Exported definitions for ${run.settings.hostname} to "${file}"`);
}

async function importDefinitions(run: Run): Promise<void> {
  const file = onlyArgument(run);
  const text = withFile(file, "read", () => run.terminal.readTextFile(file));
  await run.api.send("POST", definitionsPath(run), text);
  // The script has these two the other way round.
  await tell(
    run,
    phrase`Uploaded definitions from "${run.settings.hostname}" to ${file}. The import process may take some time. Consult server logs to track progress.`,
  );
}

const definitionsPath = ({ settings: { vhost } }: Run): string =>
  vhost ? `/definitions/${quote(String(vhost))}` : "/definitions";

function withFile<Result>(file: string, verb: "read" | "write", act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const { message } = error as Error;
    throw died(
      verb === "read"
        ? phrase`Could not read the file ${file}: ${message}`
        : phrase`Could not write the file ${file}: ${message}`,
    );
  }
}
