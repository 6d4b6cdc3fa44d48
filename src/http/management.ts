import { type Context, Hono } from "hono";
import type { Peer, User } from "../access/access.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { isAdministrator, isMonitor, WHO, type Who } from "./authorization.ts";
import { errorOf, errorReply, HttpError, missing, noCredentials, notFound } from "./http_error.ts";
import { pickColumns, readColumns } from "./listing/columns.ts";
import { logIn, readAuthorization } from "./login.ts";
import type { ManagementHost } from "./management_host.ts";
import { OWNER } from "./owner.ts";
import type { Reply } from "./reply.ts";
import { ApiRequest } from "./request.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

type Env = { Bindings: { readonly peer: Peer } };

/** User of the routes that need no login. */
const NOBODY: User = { name: "", tags: [] };

/** RabbitMQ's management HTTP API: one handler of requests, for any server. */
export class Management {
  readonly #host: ManagementHost;
  readonly #app = new Hono<Env>({ strict: false });

  constructor(host: ManagementHost) {
    this.#host = host;
    for (const route of ROUTES) {
      this.#app.on(route.method, route.path, (context) => this.#handle(route, context));
    }
    this.#app.notFound(() => responseOf(errorReply(notFound())));
  }

  /** Answers a request of a peer. Never rejects. */
  async fetch(request: Request, peer: Peer): Promise<Response> {
    this.#host.statistics.start();
    return await this.#app.fetch(request, { peer });
  }

  async #handle(route: Route, context: Context<Env>): Promise<Response> {
    try {
      const { peer } = context.env;
      const user = route.who === "anyone" ? NOBODY : await this.#logIn(route.who, context.req.raw, peer);
      const params = context.req.param() as Record<string, string>;
      const vhost = params.vhost === undefined || route.findsVhost
        ? undefined
        : await this.#findVhost(params.vhost, route, user, peer);
      const parts = { request: context.req.raw, host: this.#host, user, peer, params, vhost };
      const request = new ApiRequest(parts);
      try {
        return responseOf(withColumns(await route.handle(request), request));
      } finally {
        request.close();
      }
    } catch (error) {
      return this.#refuse(error);
    }
  }

  #refuse(thrown: unknown): Response {
    try {
      return responseOf(errorReply(errorOf(thrown)));
    } catch (fault) {
      this.#host.log("error", `HTTP request failed: ${fault instanceof Error ? fault.stack : fault}`);
      return responseOf(errorReply(new HttpError(500, "internal_server_error", "see the broker's log")));
    }
  }

  async #logIn(who: Who, request: Request, peer: Peer): Promise<User> {
    const credentials = readAuthorization(request.headers.get("authorization"));
    if (credentials === undefined && peer.isOwner) return OWNER;
    if (credentials === undefined) {
      this.#host.log("warning", "HTTP access denied: no credentials");
      throw noCredentials();
    }
    return await logIn(this.#host, WHO[who], peer, credentials);
  }

  /** Returns a virtual host that exists and that the user may open. */
  async #findVhost(name: string, { method, showsMonitors }: Route, user: User, peer: Peer): Promise<VirtualHost> {
    const { node } = this.#host;
    const vhost = node.vhosts.get(name);
    if (vhost === undefined) throw method === "PUT" || method === "POST" ? missing("vhost_not_found") : notFound();
    if (isAdministrator(user) || showsMonitors && isMonitor(user)) return vhost;
    if (await node.access.mayOpen(user, name, { peer })) return vhost;
    throw missing("Not Found");
  }
}

/** Limits the JSON of a read to the columns that it asks for. Lists have done so themselves. */
function withColumns(reply: Reply | Response, { request, query }: ApiRequest): Reply | Response {
  if (reply instanceof Response || request.method !== "GET" || !query.has("columns")) return reply;
  return { ...reply, json: pickColumns(reply.json, readColumns(query)) };
}

function responseOf(reply: Reply | Response): Response {
  if (reply instanceof Response) return reply;
  const { status, json, headers } = reply;
  const all = new Headers(headers);
  if (json === undefined) return new Response(null, { status, headers: all });
  all.set("content-type", "application/json");
  return new Response(JSON.stringify(json), { status, headers: all });
}
