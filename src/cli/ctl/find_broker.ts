import { joined, type Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import { OWNER_SOCKET } from "../../runtime/owner_socket_name.ts";
import { failure } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { basicAuthorization, ManagementClient, type Route } from "./management_client.ts";
import type { Options } from "./parser.ts";

/** What a program knows about where it runs. */
export interface Surroundings {
  environment(name: string): string | undefined;
  /** Returns a `fetch` over a Unix-domain socket. */
  socketFetcher(path: string): (url: string, init: RequestInit) => Promise<Response>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Returns the paths of the sockets of this user that somebody listens on, where the system tells. */
  listeningSockets(): readonly string[];
  /** Returns whether a file is there, and whether this user may open it. */
  stateOf(path: string): "missing" | "forbidden" | "usable";
}

/** Folder of a broker that is started without `--data-dir`. */
const DEFAULT_FOLDER = "haremq-data";

/** Time for a broker to tell its name. In milliseconds. */
const NAME_TIMEOUT_MS = 2000;

/**
 * Returns the way to the broker: a URL with `--url`, or the socket in its data folder. The folder is given by
 * `--data-dir` or `HAREMQ_DATA_DIR`; the URL also by `HAREMQ_URL`. With none of them `-n` finds any broker of this user.
 */
export async function findBroker(options: Options, surroundings: Surroundings): Promise<Route> {
  const { environment, fetch } = surroundings;
  const url = options.url ?? options.base_uri ??
    (options.data_dir === undefined ? environment("HAREMQ_URL") : undefined);
  if (url !== undefined) return byUrl(String(url), options, fetch);
  const given = options.data_dir ?? environment("HAREMQ_DATA_DIR");
  const byName = given === undefined && options.node !== undefined
    ? await findByName(String(options.node), surroundings)
    : undefined;
  const folder = String(given ?? DEFAULT_FOLDER).replace(/\/+$/, "");
  return byName ?? bySocket(`${folder}/${OWNER_SOCKET}`, given !== undefined, surroundings);
}

/** Returns the way to the broker of this user whose node has a name. */
async function findByName(node: string, surroundings: Surroundings): Promise<Route | undefined> {
  const { listeningSockets, stateOf } = surroundings;
  for (const path of listeningSockets()) {
    if (!path.endsWith(`/${OWNER_SOCKET}`) || stateOf(path) !== "usable") continue;
    const route = bySocket(path, true, surroundings);
    try {
      const { name } = await new ManagementClient(route, NAME_TIMEOUT_MS).get("/api/node") as { readonly name: string };
      if (isNamed(name, node)) return route;
    } catch {
      // It has just stopped, or is another program's.
    }
  }
  return undefined;
}

/** Returns whether a node has a name, which may lack the host. */
export const isNamed = (name: string, wanted: string): boolean => name === wanted || name.split("@")[0] === wanted;

function bySocket(path: string, isGiven: boolean, { socketFetcher, stateOf }: Surroundings): Route {
  const send = socketFetcher(path);
  return {
    place: phrase`the socket ${path}`,
    isLocal: true,
    explain() {
      const state = stateOf(path);
      const why = SOCKET_STATES[state](path);
      return state === "forbidden" ? why : joined([why, isGiven ? START_IT : NAME_IT], "\n");
    },
    fetch: (path, init) => send(`http://localhost${path}`, init),
  };
}

/** Why a socket does not lead to a broker. */
const SOCKET_STATES: Readonly<Record<"missing" | "forbidden" | "usable", (path: string) => Phrase>> = {
  missing: (path) => phrase`No broker has the socket ${path}.`,
  forbidden: (path) =>
    phrase`The socket ${path} is for the user of its broker alone: run this as that user, or use --url with --username.`,
  usable: (path) => phrase`Nobody listens on the socket ${path}, which a broker has left that was killed.`,
};

const NAME_IT =
  phrase`Run this where the broker was started, or name its node with -n, its data folder with --data-dir or HAREMQ_DATA_DIR, or its management API with --url and --username and --password.`;
const START_IT = phrase`Start a broker with this data folder, or name the folder of one that runs.`;

function byUrl(text: string, options: Options, fetch: Surroundings["fetch"]): Route {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw failure(phrase`--url is not a URL such as http://localhost:15672: received "${text}"`, EXIT.usage);
  }
  const user = options.username ?? (decodeURIComponent(url.username) || "guest");
  const password = options.password ?? (decodeURIComponent(url.password) || "guest");
  const authorization = basicAuthorization(String(user), String(password));
  const base = `${url.origin}${url.pathname.replace(/\/(api\/?)?$/, "")}`;
  return {
    place: verbatim(base),
    isLocal: false,
    explain: ({ message }) =>
      phrase`Nobody answers at ${base}: ${message}.\nStart a broker whose management API listens there, or name another one with --url.`,
    fetch: (path, init) =>
      fetch(`${base}${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
  };
}
