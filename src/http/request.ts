import { type Access, FULL_ACCESS, isPermitted, type Peer, type User } from "../access/access.ts";
import type { Actor } from "../broker/events/actor.ts";
import type { Node } from "../broker/node/node.ts";
import type { Session } from "../broker/session/session.ts";
import { Waiting } from "../broker/session/waiting.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { JsonObject } from "../definitions/json/json_value.ts";
import { readJson } from "../definitions/json/json_reader.ts";
import { ObjectReader } from "../definitions/object_reader.ts";
import { Notices } from "../definitions/notices.ts";
import { DefinitionProblem } from "../definitions/problem.ts";
import { readBody } from "./body.ts";
import { badRequest, notAuthorised } from "./http_error.ts";
import { OWNER } from "./owner.ts";
import type { ManagementHost } from "./management_host.ts";
import { openHttpSession } from "./http_session.ts";

/** The parts of a request that the table of routes has found out. */
export interface RequestParts {
  readonly request: Request;
  readonly host: ManagementHost;
  readonly user: User;
  readonly peer: Peer;
  readonly params: Readonly<Record<string, string>>;
  readonly vhost: VirtualHost | undefined;
}

/** A request of a user who may use its route. */
export class ApiRequest {
  readonly request: Request;
  readonly host: ManagementHost;
  readonly user: User;
  readonly peer: Peer;
  /** The decoded parameters of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly #vhost: VirtualHost | undefined;
  #session: Session | undefined;

  constructor({ request, host, user, peer, params, vhost }: RequestParts) {
    this.request = request;
    this.host = host;
    this.user = user;
    this.peer = peer;
    this.params = params;
    this.query = new URL(request.url).searchParams;
    this.#vhost = vhost;
  }

  get node(): Node {
    return this.host.node;
  }

  /** The virtual host in the path of the route, which must have a parameter `:vhost`. */
  get vhost(): VirtualHost {
    return this.#vhost!;
  }

  /** The actor of the changes that the request makes. */
  get actor(): Actor {
    return { user: this.user.name };
  }

  /** Decides what the user may do. The owner of the data folder may do everything. */
  get access(): Access {
    return this.user === OWNER ? FULL_ACCESS : this.node.access;
  }

  /** Reads the body as a JSON object; an empty one is an object without members. Throws `HttpError` 400. */
  async json({ maxBytes = Infinity, itemLengthMax }: JsonLimits = {}): Promise<JsonObject> {
    const text = await readBody(this.request, Math.min(maxBytes, this.host.options.maxBodySize));
    if (text === "null") return {};
    try {
      return await this.host.slices.run(readJson(text, itemLengthMax));
    } catch (error) {
      if (!(error instanceof DefinitionProblem)) throw error;
      throw badRequest(`not_json: ${error}`);
    }
  }

  /**
   * Reads the body as {@linkcode json}, with a reader whose errors name the field. Throws `HttpError` 400 when required
   * keys are missing.
   */
  async body(required: readonly string[] = [], limits?: JsonLimits): Promise<ObjectReader> {
    return requireKeys(readerOf(await this.json(limits)), required);
  }

  /** Reads a body with payloads of messages, which may be long, as {@linkcode body}. */
  async bodyWithPayload(required: readonly string[] = []): Promise<ObjectReader> {
    return requireKeys(readerOf(await this.json({ itemLengthMax: this.host.options.maxBodySize })), required);
  }

  /** Runs a command in a turn of its own. Resolves with its result when everything that it changed is safe. */
  async carryOut<Result>(command: () => Result): Promise<Result> {
    let result;
    try {
      result = command();
    } catch (error) {
      this.node.endTurn();
      throw error;
    }
    await this.node.safe();
    return result;
  }

  /**
   * Runs a command of the user in the virtual host of the route, with the user's permissions. Resolves with its result
   * when everything that it changed is safe.
   */
  async withSession<Result>(command: (session: Session) => Result): Promise<Result> {
    this.#session ??= openHttpSession(this, this.vhost);
    const session = this.#session;
    for (;;) {
      try {
        return await this.carryOut(() => command(session));
      } catch (error) {
        if (!(error instanceof Waiting)) throw error;
        await error.until;
      }
    }
  }

  /**
   * Returns the session of the request, for operations that take longer than a command. Throws `HttpError` 401 unless
   * the user may open the virtual host of the route.
   */
  async openSession(): Promise<Session> {
    await this.checkMayOpen();
    return this.#session ??= openHttpSession(this, this.vhost);
  }

  /** Throws `HttpError` 401 unless the user may open the virtual host of the route. */
  async checkMayOpen(): Promise<void> {
    const { access, user, vhost, peer } = this;
    if (!isPermitted(await access.mayOpen(user, vhost.name, { peer }))) throw notAuthorised("Access refused.");
  }

  /** Closes what the request has opened, and ends the turn in which it was answered. */
  close(): void {
    this.#session?.close();
    this.node.endTurn();
  }
}

/** Limits of a JSON body. */
export interface JsonLimits {
  /** Maximum size, if it is less than that of all bodies. In bytes. */
  readonly maxBytes?: number;
  /** Maximum length of a member. In UTF-16 code units. */
  readonly itemLengthMax?: number;
}

/** Limits of a body that becomes one record of the store, such as that of a user. */
export const RECORD_LIMITS: JsonLimits = { maxBytes: 256 * 1024 };

/** Returns a reader of an object whose errors name the field. */
export const readerOf = (object: JsonObject): ObjectReader => new ObjectReader(object, "", new Notices());

/** Throws `HttpError` 400 with RabbitMQ's reason when required keys are missing. Returns the body. */
export function requireKeys(body: ObjectReader, required: readonly string[]): ObjectReader {
  const missing = required.filter((key) => !body.keys.includes(key));
  if (missing.length === 0) return body;
  throw badRequest(`[${missing.map((key) => `{key_missing,${key}}`).join()}]`);
}
