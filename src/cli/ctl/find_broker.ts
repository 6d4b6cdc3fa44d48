import { OWNER_SOCKET } from "../owner_socket_name.ts";
import { CommandError } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { basicAuthorization, type Route } from "./management_client.ts";
import type { Options } from "./parser.ts";

/** What a program knows about where it runs. */
export interface Surroundings {
  environment(name: string): string | undefined;
  /** Returns a `fetch` over a Unix-domain socket. */
  socketFetcher(path: string): (url: string, init: RequestInit) => Promise<Response>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Returns whether a file is there, and whether this user may open it. */
  stateOf(path: string): "missing" | "forbidden" | "usable";
}

/** Folder of a broker that is started without `--data-dir`. */
const DEFAULT_FOLDER = "haremq-data";

/**
 * Returns the way to the broker: a URL with `--url`, or the socket in its data folder. The folder is given by
 * `--data-dir` or `HAREMQ_DATA_DIR`; the URL also by `HAREMQ_URL`.
 */
export function findBroker(options: Options, { environment, socketFetcher, fetch, stateOf }: Surroundings): Route {
  const url = options.url ?? options.base_uri ??
    (options.data_dir === undefined ? environment("HAREMQ_URL") : undefined);
  if (url !== undefined) return byUrl(String(url), options, fetch);
  const given = options.data_dir ?? environment("HAREMQ_DATA_DIR");
  const folder = String(given ?? DEFAULT_FOLDER);
  const path = `${folder.replace(/\/+$/, "")}/${OWNER_SOCKET}`;
  const send = socketFetcher(path);
  return {
    place: `the socket ${path}`,
    explain: () => `${SOCKET_STATES[stateOf(path)](path)}\n${given === undefined ? NAME_IT : START_IT}`,
    fetch: (path, init) => send(`http://localhost${path}`, init),
  };
}

/** Why a socket does not lead to a broker. */
const SOCKET_STATES: Readonly<Record<"missing" | "forbidden" | "usable", (path: string) => string>> = {
  missing: (path) => `No broker has the socket ${path}.`,
  forbidden: (path) =>
    `The socket ${path} is for the user of its broker alone: run this as that user, or use --url with --username.`,
  usable: (path) => `Nobody listens on the socket ${path}, which a broker has left that was killed.`,
};

const NAME_IT = "Run this where the broker was started, or name its data folder with --data-dir or HAREMQ_DATA_DIR, " +
  "or its management API with --url and --username and --password.";
const START_IT = "Start a broker with this data folder, or name the folder of one that runs.";

function byUrl(text: string, options: Options, fetch: Surroundings["fetch"]): Route {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CommandError(EXIT.usage, `Error:\n--url is not a URL such as http://localhost:15672: received "${text}"`);
  }
  const user = options.username ?? (decodeURIComponent(url.username) || "guest");
  const password = options.password ?? (decodeURIComponent(url.password) || "guest");
  const authorization = basicAuthorization(String(user), String(password));
  const base = `${url.origin}${url.pathname.replace(/\/(api\/?)?$/, "")}`;
  return {
    place: base,
    explain: ({ message }) =>
      `Nobody answers at ${base}: ${message}.\n` +
      "Start a broker whose management API listens there, or name another one with --url.",
    fetch: (path, init) =>
      fetch(`${base}${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
  };
}
