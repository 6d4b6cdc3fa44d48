import type { Answer } from "../access/access.ts";
import type { ApiRequest } from "./request.ts";
import type { Who } from "./authorization.ts";
import type { Reply } from "./reply.ts";

export type Method = "GET" | "PUT" | "POST" | "DELETE";

/** One operation of the management API: a line in its table of routes, from which its documentation is made. */
export interface Route {
  readonly method: Method;
  /**
   * Path with parameters, such as `/api/queues/:vhost/:queue`. A parameter `:vhost` must name an existing virtual host
   * that the user may see.
   */
  readonly path: string;
  /** The users who may use it. */
  readonly who: Who;
  /** True for the page about the API, which may need a login. */
  readonly isReference?: true;
  /** True when a virtual host in the path need not exist: `handle` finds it by its name. */
  readonly findsVhost?: true;
  /** True when monitors see virtual hosts that they may not open. */
  readonly showsMonitors?: true;
  /** A sentence for the documentation. */
  readonly summary: string;
  /**
   * Set for a list, which has parameters for columns and order, for one that is read by pages, and for events, which do
   * not end, for the documentation.
   */
  readonly returns?: "list" | "pages" | "events";
  /** May return a `Response` where the body is not JSON. */
  handle(request: ApiRequest): Answer<Reply | Response>;
}
