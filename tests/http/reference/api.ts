/** Password of the users of the scenario. */
export const PASSWORD = "secret";

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ApiOptions {
  /** Name of the user who asks: `guest` by default, or a user of the scenario; `null` sends no login. */
  readonly user?: string | null;
  readonly body?: unknown;
  /** Body that is sent as it is, instead of `body` as JSON. */
  readonly text?: string;
  readonly headers?: HeadersInit;
}

/** A broker's management API. */
export class Api {
  readonly #origin: string;

  /** @param origin such as `http://127.0.0.1:15672` */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Sends a request for a path below `/api`. */
  async ask(method: string, path: string, options: ApiOptions = {}): Promise<ApiAnswer> {
    const headers = new Headers(options.headers);
    const { user = "guest" } = options;
    if (user !== null && !headers.has("authorization")) {
      headers.set("authorization", `Basic ${btoa(`${user}:${user === "guest" ? "guest" : PASSWORD}`)}`);
    }
    const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
    const response = await fetch(`${this.#origin}/api${path}`, { method, headers, body, redirect: "manual" });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  // deno-lint-ignore no-explicit-any
  async get(path: string): Promise<any> {
    const { status, text } = await this.ask("GET", path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status} ${text}`);
    return JSON.parse(text);
  }
}
