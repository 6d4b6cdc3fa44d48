import { type Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import type { Surroundings } from "../ctl/find_broker.ts";
import {
  ApiError,
  basicAuthorization,
  ManagementClient,
  NoBrokerError,
  type Route,
  TimeoutError,
} from "../ctl/management_client.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import { died } from "./failure.ts";
import { nodeFetch, type NodeFetchOptions } from "../../runtime/node_fetch.ts";
import type { Settings } from "./switches.ts";

/** What the program knows about where it runs. */
export type AdminSurroundings = Pick<Surroundings, "environment" | "fetch">;

/** The management API, with errors in the program's words. */
export class Api {
  readonly #client: ManagementClient;
  readonly #prefix: string;
  readonly #timeout: number;

  constructor(settings: Settings, terminal: Terminal, surroundings: AdminSurroundings) {
    this.#prefix = `${settings.path_prefix}/api`;
    this.#timeout = Number(settings.request_timeout);
    if (!(this.#timeout > 0)) {
      throw died(phrase`The request timeout is not a number of seconds: ${settings.request_timeout}`);
    }
    this.#client = new ManagementClient(routeOf(settings, terminal, surroundings), this.#timeout * 1000);
  }

  /** Returns the text of an answer. @param path path below `/api`. */
  async send(method: "GET" | "PUT" | "POST" | "DELETE", path: string, json?: string): Promise<string> {
    const whole = this.#prefix + path;
    try {
      return await this.#client.sendText(method, whole, json);
    } catch (error) {
      if (error instanceof TimeoutError) {
        throw died(phrase`Timed out getting HTTP response (request timeout: ${this.#timeout} seconds)`);
      }
      if (error instanceof NoBrokerError) throw died(phrase`Could not connect: ${this.#client.route.explain(error)}`);
      if (error instanceof ApiError) throw died(describe(error, whole));
      throw error;
    }
  }
}

function describe({ status, text }: ApiError, path: string): Phrase {
  if (status === 400) return text;
  if (status === 401) return phrase`Access refused: ${path}`;
  if (status === 404) return phrase`Not found: ${path}`;
  return phrase`Received response ${status} for path ${path}: ${text}`;
}

/** Returns the words of the system for the reason that is most often the cause. */
function reasonOf(error: Error): Phrase {
  const isRefused = /ECONNREFUSED|ConnectionRefused|Connection refused/i;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code = "" } = cause as { readonly code?: string };
    if (isRefused.test(`${code} ${cause.message}`)) return verbatim("[Errno 111] Connection refused");
  }
  return verbatim(error.message);
}

function routeOf(settings: Settings, terminal: Terminal, { fetch }: AdminSurroundings): Route {
  const base = `${settings.ssl ? "https" : "http"}://${settings.hostname}:${settings.port}`;
  if (!URL.canParse(base)) throw died(phrase`Could not connect: ${base} is not a valid address`);
  const authorization = basicAuthorization(String(settings.username), String(settings.password));
  const send = settings.ssl ? nodeFetch(tlsOf(settings, terminal)) : fetch;
  return {
    isLocal: false,
    place: verbatim(base),
    explain: reasonOf,
    fetch: (path, init) =>
      send(`${base}${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
  };
}

function tlsOf(settings: Settings, terminal: Terminal): NodeFetchOptions {
  const read = (file: Settings[string]): string | undefined => {
    if (file === undefined) return undefined;
    try {
      return terminal.readTextFile(String(file));
    } catch {
      throw died(phrase`Could not read the file ${file}`);
    }
  };
  const { ssl_insecure: isInsecure, ssl_disable_hostname_verification: isAnyHost } = settings;
  return {
    ca: read(settings.ssl_ca_cert_file),
    cert: read(settings.ssl_cert_file),
    key: read(settings.ssl_key_file ?? settings.ssl_cert_file),
    verifies: isInsecure ? "nothing" : isAnyHost ? "certificate" : "certificate and host",
  };
}
