import { Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import { readJsonItems } from "./json_items.ts";
import { readServerEvents, type ServerEvent } from "./server_events.ts";
import type { JsonObject, JsonValue } from "./term.ts";

/** Way to a broker's management API. */
export interface Route {
  /** Where it is, for people. */
  readonly place: Phrase;
  /** True when it leads to a broker of this machine for sure. */
  readonly isLocal: boolean;
  /** Returns why nobody answers there, and what to do: sentences. */
  explain(error: Error): Phrase;
  /** Sends a request for a path such as `/api/overview`. Rejects when nobody answers. */
  fetch(path: string, init: RequestInit): Promise<Response>;
}

/** An answer of the management API that is not a success. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly reason: string;
  /** The reason for people: what the broker says stays as it is. */
  readonly text: Phrase;
  /** True when the login has failed, and not a permission. */
  readonly isLoginRefused: boolean;

  constructor(status: number, reason: string | Phrase, isLoginRefused = false) {
    super(`${status}: ${reason}`);
    this.status = status;
    this.reason = String(reason);
    this.text = reason instanceof Phrase ? reason : verbatim(reason);
    this.isLoginRefused = isLoginRefused;
  }
}

/** Thrown when nobody answers, or not the node that was asked for. */
export class NoBrokerError extends Error {
  override name = "NoBrokerError";
  /** Why, and what to do: sentences. */
  readonly explanation: Phrase;

  constructor(explanation: Phrase, cause?: Error) {
    super(String(explanation), { cause });
    this.explanation = explanation;
  }
}

/** Thrown when an answer takes longer than it may. */
export class TimeoutError extends Error {
  override name = "TimeoutError";
}

/** A client of a broker's management API: the only way of commands to a broker. */
export class ManagementClient {
  readonly route: Route;
  readonly #deadline: AbortSignal | undefined;

  /** @param timeoutMs time that all requests together may take. */
  constructor(route: Route, timeoutMs?: number) {
    this.route = route;
    this.#deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  }

  async get(path: string): Promise<JsonValue> {
    return await this.#read(await this.#send("GET", path));
  }

  /** Returns an answer that is not JSON. */
  async getText(path: string): Promise<string> {
    return await (await this.#send("GET", path)).text();
  }

  /** Returns the objects of a list, in batches as they arrive. */
  async *list(path: string): AsyncGenerator<readonly JsonObject[]> {
    const { body } = await this.#send("GET", path);
    if (body === null) return;
    try {
      yield* readJsonItems(body);
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /** Returns server-sent events, in batches as they arrive, until `stop` is aborted. */
  async *events(path: string, stop: AbortSignal): AsyncGenerator<readonly ServerEvent[]> {
    const { body } = await this.#send("GET", path);
    if (body === null) return;
    try {
      yield* readServerEvents(body, stop);
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /** Returns all objects of a list. */
  async all(path: string): Promise<JsonObject[]> {
    const all: JsonObject[] = [];
    for await (const batch of this.list(path)) all.push(...batch);
    return all;
  }

  /** Returns an object, or `undefined` when there is none. */
  async find(path: string): Promise<JsonObject | undefined> {
    try {
      return await this.get(path) as JsonObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async put(path: string, body: JsonValue): Promise<void> {
    await (await this.#send("PUT", path, body)).body?.cancel();
  }

  async post(path: string, body: JsonValue): Promise<JsonValue> {
    return await this.#read(await this.#send("POST", path, body));
  }

  /** Sends JSON that is written already, and returns the text of the answer. */
  async sendText(method: "GET" | "PUT" | "POST" | "DELETE", path: string, json?: string): Promise<string> {
    const response = await this.#sendText(method, path, json);
    try {
      return await response.text();
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /** @param reason why, for the log and for clients that are closed. */
  async delete(path: string, reason?: string): Promise<void> {
    const headers: Record<string, string> = reason === undefined ? {} : { "x-reason": reason };
    await (await this.#send("DELETE", path, undefined, headers)).body?.cancel();
  }

  /** Returns whether the broker accepts a user's password. */
  async accepts(user: string, password: string): Promise<boolean> {
    const authorization = basicAuthorization(user, password);
    let response;
    try {
      response = await this.route.fetch("/api/whoami", { headers: { authorization }, signal: this.#deadline });
    } catch (error) {
      throw this.#failureOf(error);
    }
    const answer = await response.text();
    // A user who may not use the management API has logged in all the same.
    return response.ok || /not management user/i.test(answer);
  }

  #send(method: string, path: string, body?: JsonValue, headers?: Record<string, string>): Promise<Response> {
    return this.#sendText(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
  }

  async #sendText(
    method: string,
    path: string,
    text: string | undefined,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    if (text !== undefined) headers["content-type"] = "application/json";
    let response;
    try {
      response = await this.route.fetch(path, { method, headers, body: text, signal: this.#deadline });
    } catch (error) {
      throw this.#failureOf(error);
    }
    if (response.ok) return response;
    const answer = await response.text();
    let reason: JsonValue = answer;
    let isLoginRefused = false;
    try {
      const parsed = JSON.parse(answer) as JsonObject;
      reason = parsed.reason ?? parsed.error ?? answer;
      isLoginRefused = parsed.error === "not_authorized";
    } catch {
      // It is no answer of the API; show it as it is.
    }
    throw new ApiError(response.status, typeof reason === "string" ? reason : JSON.stringify(reason), isLoginRefused);
  }

  async #read(response: Response): Promise<JsonValue> {
    try {
      const text = await response.text();
      return text === "" ? null : JSON.parse(text) as JsonValue;
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): unknown {
    if (this.#deadline?.aborted) return new TimeoutError("timeout", { cause: error });
    if (error instanceof SyntaxError) {
      return new ApiError(200, phrase`this is no answer of a management API (${error.message})`);
    }
    return new NoBrokerError(this.route.explain(error as Error), error as Error);
  }
}

/** Returns the header of Basic authentication (RFC 7617). */
export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`;

/** Returns a path with names in it. */
export const path = (parts: TemplateStringsArray, ...names: readonly string[]): string =>
  parts.reduce((path, part, at) => path + encodeURIComponent(names[at - 1]) + part);
