/** An address within the page: RabbitMQ's `#/queues/%2F/orders`, with settings of a list behind a question mark. */
export interface Address {
  /** The decoded parts of the path. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** Reads the part of an address behind `#`. */
export function readAddress(hash: string): Address {
  const [path, ...query] = hash.replace(/^#/, "").split("?");
  return {
    path: path.split("/").filter((part) => part !== "").map(decode),
    query: Object.fromEntries(new URLSearchParams(query.join("?"))),
  };
}

/** Writes an address for a link, without empty settings. */
export function writeAddress(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const settings = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
  const text = new URLSearchParams(settings).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign without digits stands for itself.
    return part;
  }
}

/**
 * Matches a path with that of a route, such as `queues/:vhost/:name`. Returns its parameters; `undefined` when it is
 * another path.
 */
export function matchPath(pattern: string, path: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts = pattern.split("/").filter((part) => part !== "");
  if (parts.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = path[index];
    else if (part !== path[index]) return undefined;
  }
  return params;
}
