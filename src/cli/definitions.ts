import { sha256 } from "@noble/hashes/sha2.js";
import { type Fetch, FetchError, fetchText } from "../access/bounded_fetch.ts";
import type { AccessClock } from "../access/clock.ts";
import type { Logger } from "../broker/events/logger.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import { fetchOf } from "./client_tls.ts";
import type { Definitions } from "../definitions/definitions.ts";
import { DefinitionProblem, DefinitionsError } from "../definitions/problem.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { after } from "./after.ts";

/** Maximum size of a file with definitions, or of a server's answer. In bytes. */
const DEFINITIONS_BYTES_MAX = 128 * 1024 * 1024;
/** Time limit of the answer of a server with definitions. In milliseconds. */
const FETCH_TIMEOUT_MS = 120_000;

const definitionsClock: AccessClock = { now: () => performance.now(), time: () => Date.now(), after };

/** The text of definitions, with its source. */
interface FoundDefinitions {
  readonly source: string;
  readonly text: string;
}

/** Returns whether the configuration names definitions to import. */
export const importsDefinitions = ({ loadDefinitions, definitionsBackend }: Config): boolean =>
  loadDefinitions !== undefined || definitionsBackend !== undefined;

/**
 * Imports the configured definitions, before anybody can connect. Rejects with {@linkcode DefinitionsError} or
 * {@linkcode ConfigError}, which stops the start.
 */
export async function importConfigured(
  runtime: Runtime,
  config: Config,
  definitions: Definitions,
  log: Logger,
): Promise<void> {
  if (!importsDefinitions(config)) return;
  const found = await findDefinitions(runtime, config, log);
  const hash = hashOf(found);
  if (config.skipsUnchangedDefinitions && definitions.importedHash === hash) {
    return log("info", "Hash value of imported definitions matches current contents");
  }
  for (const { source, text } of found) await definitions.import(text, { source });
  if (config.skipsUnchangedDefinitions) await definitions.rememberHash(hash);
}

async function findDefinitions(runtime: Runtime, config: Config, log: Logger): Promise<FoundDefinitions[]> {
  const { loadDefinitions = {}, definitionsBackend, definitionsPath, definitionsUrl, definitionsTls = {} } = config;
  const found = Object.values(loadDefinitions).flatMap((path) => readFiles(runtime, path, log));
  if (definitionsBackend === "local") {
    if (definitionsPath === undefined) throw missing("local_filesystem", "definitions.local.path");
    found.push(...readFiles(runtime, definitionsPath, log));
  } else if (definitionsBackend === "https") {
    if (definitionsUrl === undefined) throw missing("https", "definitions.https.url");
    log("info", "Applying definitions from a remote URL");
    found.push(await fetchDefinitions(fetchOf(definitionsTls, "definitions.tls", runtime), definitionsUrl));
  }
  return found;
}

const missing = (backend: string, key: string) =>
  new ConfigError(`definitions.import_backend = ${backend} needs ${key}, which is not set.`);

/** Reads a file, or the files of a folder whose names end with `.json`, in the order of their names. */
function readFiles(runtime: Runtime, path: string, log: Logger): FoundDefinitions[] {
  if (!runtime.isFolder(path)) {
    log("info", `Applying definitions from regular file at ${path}`);
    return [{ source: path, text: readDefinitions(runtime, path) }];
  }
  log("info", `Applying definitions from directory ${path}`);
  const files = [...runtime.listFolder(path)].sort().map((name) => `${path.replace(/\/$/, "")}/${name}`);
  for (const file of files) {
    if (!isJson(file)) log("warning", `${file} is not imported: its name does not end with .json`);
  }
  return files.filter(isJson).map((source) => ({ source, text: readDefinitions(runtime, source) }));
}

const isJson = (file: string): boolean => file.toLowerCase().endsWith(".json");

/** Reads a file. Throws {@linkcode DefinitionsError} when it can't be read. */
export function readDefinitions(runtime: Runtime, path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = runtime.readFile(path, DEFINITIONS_BYTES_MAX);
  } catch (error) {
    throw refused(path, (error as Error).message);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(path, "this is no UTF-8");
  }
}

const refused = (source: string, reason: string) => new DefinitionsError([new DefinitionProblem("", reason)], source);

async function fetchDefinitions(fetch: Fetch, url: string): Promise<FoundDefinitions> {
  const { origin, pathname, search, username, password } = new URL(url);
  const source = `${origin}${pathname}`;
  const user = [username, password].map(decodeURIComponent).join(":");
  // `fetch` accepts no address with a password.
  const headers: Record<string, string> = username === "" ? {} : { authorization: `Basic ${base64(user)}` };
  const limits = { timeoutMs: FETCH_TIMEOUT_MS, maxBytes: DEFINITIONS_BYTES_MAX };
  try {
    const { status, text } = await fetchText(fetch, `${source}${search}`, { headers }, limits, definitionsClock);
    if (status >= 200 && status < 300) return { source, text };
    throw refused(source, `the server answered ${status}`);
  } catch (error) {
    throw error instanceof FetchError ? refused(source, error.message) : error;
  }
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Returns a hash that changes with the definitions and their order. */
function hashOf(found: readonly FoundDefinitions[]): string {
  const hash = sha256(new TextEncoder().encode(JSON.stringify(found.map(({ text }) => text))));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
