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
}

/** Folder of a broker that is started without `--data-dir`. */
const DEFAULT_FOLDER = "haremq-data";

/**
 * Returns the way to the broker: a URL with `--url`, or the socket in its data folder. The folder is given by
 * `--data-dir` or `HAREMQ_DATA_DIR`; the URL also by `HAREMQ_URL`.
 */
export function findBroker(options: Options, { environment, socketFetcher, fetch }: Surroundings): Route {
  const url = options.url ?? options.base_uri ??
    (options.data_dir === undefined ? environment("HAREMQ_URL") : undefined);
  if (url !== undefined) return byUrl(String(url), options, fetch);
  const given = options.data_dir ?? environment("HAREMQ_DATA_DIR");
  const folder = String(given ?? DEFAULT_FOLDER);
  const path = `${folder.replace(/\/+$/, "")}/${OWNER_SOCKET}`;
  const send = socketFetcher(path);
  return {
    place: `the socket ${path}`,
    remedy: given === undefined
      ? "Run this where the broker was started, or name its data folder with --data-dir or HAREMQ_DATA_DIR, " +
        "or its management API with --url and --username and --password."
      : "Start a broker with this data folder, or name the folder of one that runs.",
    fetch: (path, init) => send(`http://localhost${path}`, init),
  };
}

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
    remedy: "Start a broker whose management API listens there, or name another one with --url.",
    fetch: (path, init) =>
      fetch(`${base}${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
  };
}
