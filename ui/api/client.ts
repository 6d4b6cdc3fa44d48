import { ApiError } from "./api_error.ts";

export type Method = "GET" | "PUT" | "POST" | "DELETE";

/** Parts that an {@linkcode ApiClient} is given. */
export interface ApiClientParts {
  /** Address of the API, with a slash at its end. */
  readonly base: string;
  /** Returns the header of the login; `undefined` before it. */
  readonly authorization: () => string | undefined;
  /** Is called when the broker does not accept the login, or no longer. */
  readonly onLoginRefused: () => void;
  readonly fetch: typeof fetch;
}

export interface RequestOptions {
  readonly body?: unknown;
  /** JSON that is sent as it is, in place of a body. */
  readonly text?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A client of the broker's HTTP API, which is all that the page uses. The login is sent as a header and never as a cookie,
 * so that no other page can use it.
 */
export class ApiClient {
  readonly #parts: ApiClientParts;

  constructor(parts: ApiClientParts) {
    this.#parts = parts;
  }

  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return this.request<Answer>("GET", path, { signal });
  }

  put<Answer = undefined>(path: string, body: unknown = {}): Promise<Answer> {
    return this.request<Answer>("PUT", path, { body });
  }

  post<Answer = undefined>(path: string, body: unknown = {}): Promise<Answer> {
    return this.request<Answer>("POST", path, { body });
  }

  delete(path: string, headers?: RequestOptions["headers"]): Promise<undefined> {
    return this.request<undefined>("DELETE", path, { headers });
  }

  /** Sends a request, and returns its JSON; `undefined` when there is none. Rejects with {@linkcode ApiError}. */
  async request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
    const response = await this.send(method, path, options);
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  /** Sends a request, and returns the answer for its body to be read. Rejects with {@linkcode ApiError}. */
  async send(method: Method, path: string, { body, text, signal, headers }: RequestOptions = {}): Promise<Response> {
    const { base, authorization, onLoginRefused, fetch } = this.#parts;
    const all = new Headers(headers);
    const login = authorization();
    if (login !== undefined) all.set("authorization", login);
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    if (sent !== undefined) all.set("content-type", "application/json");
    let response;
    try {
      response = await fetch(base + path, {
        method,
        headers: all,
        body: sent,
        signal,
        // The browser adds no login of its own, and asks for none.
        credentials: "omit",
        cache: "no-store",
      });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw new ApiError(0, "network", String(error));
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.isLoginRefused) onLoginRefused();
    throw error;
  }
}

/** Returns the error that an answer tells of: RabbitMQ's `error` and `reason`. */
async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error, reason } = JSON.parse(text) as { readonly error?: unknown; readonly reason?: unknown };
    return new ApiError(response.status, String(error ?? ""), String(reason ?? ""));
  } catch {
    return new ApiError(response.status, "", text.slice(0, 200));
  }
}

/** Writes a path of the API with the names in it encoded: apiPath`queues/${vhost}/${name}`. */
export const apiPath = (parts: TemplateStringsArray, ...names: readonly string[]): string =>
  String.raw({ raw: parts }, ...names.map(encodeURIComponent));

/** Writes the parameters of a request, without empty ones. */
export function apiQuery(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
