import type { Broker } from "../../mod.ts";

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when there is none. */
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

/** A client of a broker's management API, without a socket. */
export class HttpClient {
  readonly #broker: Broker;
  readonly #authorization: string | undefined;

  /** @param user name and password with a colon in between; `null` sends none. */
  constructor(broker: Broker, user: string | null = "guest:guest") {
    this.#broker = broker;
    this.#authorization = user === null ? undefined : `Basic ${btoa(user)}`;
  }

  get(path: string): Promise<HttpReply> {
    return this.request("GET", path);
  }

  put(path: string, json: unknown = {}): Promise<HttpReply> {
    return this.request("PUT", path, JSON.stringify(json));
  }

  post(path: string, json: unknown = {}): Promise<HttpReply> {
    return this.request("POST", path, JSON.stringify(json));
  }

  delete(path: string): Promise<HttpReply> {
    return this.request("DELETE", path);
  }

  async request(method: string, path: string, body?: string, headers: HeadersInit = {}): Promise<HttpReply> {
    const all = new Headers(headers);
    if (this.#authorization !== undefined) all.set("authorization", this.#authorization);
    if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
    const request = new Request(`http://localhost:15672${path}`, { method, body, headers: all });
    const response = await this.#broker.fetch(request, { isLoopback: true });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  }
}
