/** Limits of an HTTP server, by the names that Cowboy has for them in RabbitMQ's `management.tcp.*`. */
export interface HttpServerOptions {
  /** Time limit for the next request's line and headers, idle time included. In milliseconds. */
  readonly request_timeout: number;
  /** Time limit for the next bytes of a body, and for the peer to take bytes of an answer. In milliseconds. */
  readonly idle_timeout: number;
  /** Time limit for a whole body, and for the beginning of an answer. In milliseconds. */
  readonly inactivity_timeout: number;
  /** Time that requests get to finish when the server closes. In milliseconds. */
  readonly shutdown_timeout: number;
  /** Maximum number of requests on one connection. */
  readonly max_keepalive: number;
  /** Maximum number of connections. A further one takes the place of the one that has been idle longest. */
  readonly max_connections: number;
  /** True when answers are compressed for peers that accept it. */
  readonly compress: boolean;
}

/** Cowboy's and Ranch's defaults. */
export const DEFAULT_HTTP_SERVER_OPTIONS: HttpServerOptions = {
  request_timeout: 5000,
  idle_timeout: 60_000,
  inactivity_timeout: 300_000,
  shutdown_timeout: 5000,
  max_keepalive: 1000,
  max_connections: 1024,
  compress: true,
};

/** Maximum length of a request's line. In bytes. */
export const REQUEST_LINE_MAX_BYTES = 8000;
/** Maximum length of a request's headers together. In bytes. */
export const HEADERS_MAX_BYTES = 32 * 1024;
/** Maximum number of a request's headers. */
export const HEADERS_MAX = 100;
