import { type Context, Hono } from "hono";
import { isPermitted, type Peer, type User } from "../access/access.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { isAdministrator, isMonitor, WHO, type Who } from "./authorization.ts";
import { isAccepted } from "./accepted.ts";
import { checkOrigin } from "./cors.ts";
import {
  badRequest,
  errorOf,
  errorReply,
  HttpError,
  missing,
  noCredentials,
  notAuthorised,
  notFound,
} from "./http_error.ts";
import { pickColumns, readColumns } from "./listing/columns.ts";
import { logIn, readAuthorization } from "./login.ts";
import type { ManagementEnv } from "./management_env.ts";
import type { ManagementHost } from "./management_host.ts";
import { withDefaultExchange } from "./object_name.ts";
import { serveOAuth } from "./oauth/oauth_routes.ts";
import { OWNER } from "./owner.ts";
import { finishRead } from "./read_response.ts";
import type { Reply } from "./reply.ts";
import { ApiRequest } from "./request.ts";
import { Page } from "./page/page.ts";
import { addCommonHeaders } from "./response_headers.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** User of the routes that need no login. */
const NOBODY: User = { name: "", tags: [] };

/** RabbitMQ's management HTTP API: one handler of requests, for any server. */
export class Management {
  readonly #host: ManagementHost;
  readonly #app: Hono<ManagementEnv>;
  readonly #page = new Page();

  constructor(host: ManagementHost) {
    this.#host = host;
    // A slash at the end changes nothing, as in RabbitMQ.
    const app = this.#app = new Hono<ManagementEnv>({ strict: false }).basePath(host.options.pathPrefix);
    const allowed = allowedMethods(ROUTES);
    if (host.options.servesPage) this.#servePage(app);
    // A path without parameters is no object with such a name, whatever the method: `/api/users/bulk-delete` is no user.
    for (const routes of [ROUTES.filter(isLiteral), ROUTES.filter((route) => !isLiteral(route))]) {
      for (const route of routes) {
        const allow = allowed.get(shapeOf(route))!;
        app.on(route.method, route.path, async (context) => {
          const response = await this.#handle(route, context);
          response.headers.set("allow", allow);
          return response;
        });
      }
      // Behind all others: methods that a path does not have.
      for (const route of routes) {
        const allow = allowed.get(shapeOf(route))!;
        app.all(route.path, ({ req }) => {
          return new Response(null, { status: req.method === "OPTIONS" ? 200 : 405, headers: { allow } });
        });
      }
    }
    app.notFound(() => responseOf(errorReply(notFound())));
  }

  /** Answers a request of a peer. `onLogin` is called with the name of the user who logs in. Never rejects. */
  async fetch(request: Request, peer: Peer, onLogin?: (userName: string) => void): Promise<Response> {
    this.#host.statistics.start();
    const url = new URL(request.url);
    if (!isWellFormed(url.pathname)) return new Response(null, { status: 400 });
    const response = await this.#app.fetch(withDefaultExchange(request, url), { peer, onLogin });
    addCommonHeaders(response, request, this.#host.options.headers);
    return response;
  }

  /** Serves the management page beside the API. It asks for a login itself, and uses the API only. */
  #servePage(app: Hono<ManagementEnv>): void {
    const { pathPrefix } = this.#host.options;
    const page = this.#page;
    const serve = async (name: string, { raw }: { readonly raw: Request }) =>
      await page.serve(name, raw) ?? responseOf(errorReply(notFound()));
    app.get("/", ({ req }) => {
      // The addresses in the page are relative to its folder.
      if (new URL(req.url).pathname.endsWith("/")) return serve("index.html", req);
      return new Response(null, { status: 301, headers: { location: `${pathPrefix}/` } });
    });
    app.get("/index.html", ({ req }) => serve("index.html", req));
    app.get("/favicon.ico", ({ req }) => page.serveIcon(req.raw));
    app.get("/assets/:name", ({ req }) => serve(req.param("name"), req));
    serveOAuth(app, this.#host, (thrown) => this.#refuse(thrown));
  }

  async #handle(route: Route, context: Context<ManagementEnv>): Promise<Response> {
    try {
      const { peer, onLogin } = context.env;
      const who = route.isReference && this.#host.options.hidesReference ? "management" : route.who;
      const user = who === "anyone" ? NOBODY : await this.#logIn(who, context.req.raw, peer);
      if (user !== NOBODY) onLogin?.(user.name);
      checkOrigin(context.req.raw, this.#host.options.headers);
      // The answers to changes are JSON; those to reads are known afterwards.
      if (route.method !== "GET" && !isAccepted("application/json", context.req.raw)) {
        return new Response(null, { status: 406 });
      }
      const params = context.req.param() as Record<string, string>;
      const vhost = params.vhost === undefined || route.findsVhost
        ? undefined
        : await this.#findVhost(params.vhost, route, user, peer);
      const parts = { request: context.req.raw, host: this.#host, user, peer, params, vhost };
      const request = new ApiRequest(parts);
      try {
        const response = responseOf(withColumns(await route.handle(request), request));
        return route.method === "GET" ? finishRead(response, context.req.raw) : response;
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
    const header = request.headers.get("authorization");
    if (header === null && peer.isOwner) return OWNER;
    const { isBasicAuthDisabled } = this.#host.options;
    if (header === null) {
      this.#host.log("warning", "HTTP access denied: no credentials");
      throw isBasicAuthDisabled ? notAuthorised("no credentials") : noCredentials();
    }
    const credentials = readAuthorization(header);
    if (credentials === undefined) throw badRequest("malformed authorization header");
    if (isBasicAuthDisabled && credentials.username !== "") {
      this.#host.log("warning", "HTTP access denied: basic auth disabled");
      throw notAuthorised("HTTP access denied: basic auth disabled");
    }
    return await logIn(this.#host, WHO[who], peer, credentials);
  }

  /** Returns a virtual host that exists and that the user may open. */
  async #findVhost(name: string, { method, showsMonitors }: Route, user: User, peer: Peer): Promise<VirtualHost> {
    const { node } = this.#host;
    const vhost = node.vhosts.get(name);
    if (vhost === undefined) throw method === "PUT" || method === "POST" ? missing("vhost_not_found") : notFound();
    if (isAdministrator(user) || showsMonitors && isMonitor(user)) return vhost;
    if (isPermitted(await node.access.mayOpen(user, name, { peer }))) return vhost;
    throw missing("Not Found");
  }
}

/** Limits the JSON of a read to the columns that it asks for. Lists have done so themselves. */
function withColumns(reply: Reply | Response, { request, query }: ApiRequest): Reply | Response {
  if (reply instanceof Response || request.method !== "GET" || !query.has("columns")) return reply;
  return { ...reply, json: pickColumns(reply.json, readColumns(query)) };
}

/** Returns the path of a route without the names of its parameters: routes of one shape are one resource. */
const shapeOf = ({ path }: Route): string => path.replace(/:\w+/g, ":");

/** Returns whether the path of a route has no parameters. */
const isLiteral = ({ path }: Route): boolean => !path.includes(":");

/** RabbitMQ's order of methods in `allow`. */
const METHODS = ["HEAD", "GET", "PUT", "POST", "DELETE"] as const;

/** Returns the `allow` header of each path. */
function allowedMethods(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    const shape = shapeOf(route);
    const known = methods.get(shape) ?? new Set();
    methods.set(shape, known.add(route.method));
    if (route.method === "GET") known.add("HEAD");
  }
  const listed = [...methods].map(([shape, known]) => {
    return [shape, [...METHODS.filter((method) => known.has(method)), "OPTIONS"].join(", ")] as const;
  });
  return new Map(listed);
}

/** Returns whether the percent signs of a path are followed by two digits. */
const isWellFormed = (path: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(path);

const encoder = new TextEncoder();

function responseOf(reply: Reply | Response): Response {
  if (reply instanceof Response) return reply;
  const { status, json, headers } = reply;
  const all = new Headers(headers);
  if (json === undefined) return new Response(null, { status, headers: all });
  const body = encoder.encode(JSON.stringify(json));
  all.set("content-type", "application/json");
  all.set("content-length", String(body.length));
  return new Response(body, { status, headers: all });
}
