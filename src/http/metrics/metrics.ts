import type { DefinitionsIdentity } from "../../definitions/header.ts";
import type { SpanCounts } from "./haremq_metrics.ts";
import type { Access, Peer } from "../../access/access.ts";
import { isRefused } from "../../access/backend.ts";
import { Pattern } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";
import { clusterId } from "../../broker/policy/cluster_parameters.ts";
import type { Node } from "../../broker/node/node.ts";
import { hasTag, WHO } from "../authorization.ts";
import { readAuthorization } from "../login.ts";
import type { ServerProcess } from "../server_process.ts";
import {
  aggregated,
  detailed,
  memoryBreakdown,
  perObject,
  type ScrapeRequest,
  type ScrapeSource,
} from "./endpoints.ts";
import { EventLoopDelay } from "./event_loop_delay.ts";
import { acceptedFormat, type ExpositionFormat } from "./exposition.ts";
import { scrapeStream } from "./scrape_stream.ts";
import { ScrapeSummaries } from "./scrape_summaries.ts";
import type { Writing } from "./writer.ts";

/** Options of metrics, by RabbitMQ's names in `prometheus.*`. */
export interface MetricsOptions {
  /** Default: `/metrics`. */
  readonly path: string;
  /** True when the metrics of that path are those of single objects. Default: false. */
  readonly returnPerObjectMetrics: boolean;
  /** True when scrapes need a login of a user with tag `monitoring` or `administrator`. Default: false. */
  readonly isAuthenticated: boolean;
}

export const DEFAULT_METRICS_OPTIONS: MetricsOptions = {
  path: "/metrics",
  returnPerObjectMetrics: false,
  isAuthenticated: false,
};

/** The parts of a broker that its metrics are about. */
export interface MetricsHost {
  readonly node: Node;
  /** Logs users in (`http_dispatch.auth_backends`). Default: the node's access. */
  readonly httpAccess?: Access;
  readonly nodeName: string;
  /** Names and versions; that of the cluster may change. */
  readonly identity: DefinitionsIdentity;
  /** Version of HareMQ. */
  readonly version: string;
  readonly serverProcess: ServerProcess | undefined;
  /** Counts of spans; absent where none are sent. */
  readonly spans?: SpanCounts;
  readonly options: MetricsOptions;
}

/** Largest filter of queue names, in characters. */
const QUEUE_FILTER_MAX = 2000;
/** Maximum number of scrapes at a time. Each one holds what it has gathered. */
const SCRAPES_MAX = 16;

type Endpoint = (source: ScrapeSource, format: ExpositionFormat, request: ScrapeRequest) => Writing;

/** Endpoints by RabbitMQ's names of their registries. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  default: aggregated,
  "per-object": perObject,
  detailed,
  "memory-breakdown": memoryBreakdown,
};

/** Serves the metrics of a broker (RabbitMQ: Prometheus). */
export class Metrics {
  readonly #host: MetricsHost;
  readonly #summaries = new ScrapeSummaries();
  readonly #eventLoopDelay: EventLoopDelay;
  #scrapeCount = 0;

  constructor(host: MetricsHost) {
    this.#host = host;
    this.#eventLoopDelay = new EventLoopDelay(host.node.clock);
  }

  /** Stops measuring. */
  close(): void {
    this.#eventLoopDelay.close();
  }

  /** Answers a request of a peer. Never rejects. */
  async fetch(request: Request, peer: Peer): Promise<Response> {
    const { path, isAuthenticated } = this.#host.options;
    const { pathname, searchParams } = new URL(request.url);
    const registry = registryOf(pathname, path);
    if (registry === undefined) return text(404, "Not Found");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "HEAD, GET, OPTIONS" } });
    }
    if (isAuthenticated && !(await this.#isMonitor(request, peer))) return unauthorized();
    const response = await this.scrape(registry, searchParams, request.headers.get("accept"));
    if (request.method === "GET") return response;
    await response.body?.cancel();
    return new Response(null, response);
  }

  async #isMonitor(request: Request, peer: Peer): Promise<boolean> {
    const credentials = readAuthorization(request.headers.get("authorization"));
    if (credentials === undefined) return false;
    const { node, httpAccess = node.access } = this.#host;
    const user = await httpAccess.login({ ...credentials, peer });
    return !isRefused(user) && hasTag(user, WHO.monitoring.tags);
  }

  /** Answers a request for a registry, from anyone. */
  async scrape(registry: string, query: URLSearchParams, accept: string | null): Promise<Response> {
    const { node, nodeName, identity, serverProcess, version, spans, options } = this.#host;
    const asked = Object.hasOwn(ENDPOINTS, registry) ? ENDPOINTS[registry] : undefined;
    if (asked === undefined) return text(404, "Unknown Registry");
    const endpoint = registry === "default" && options.returnPerObjectMetrics ? perObject : asked;
    const request = readRequest(query, node);
    if (typeof request === "string") return text(400, request);
    if (this.#scrapeCount >= SCRAPES_MAX) return text(503, "Too many scrapes at a time");
    const format = acceptedFormat(accept);
    const source: ScrapeSource = {
      node,
      names: { nodeName, ...identity, clusterId: clusterId(node.parameters) ?? identity.clusterName },
      version,
      spans,
      eventLoopDelay: this.#eventLoopDelay,
      serverProcess,
      openFiles: await serverProcess?.openFiles(),
      freeDiskBytes: await serverProcess?.freeDiskBytes?.().catch(() => undefined),
    };
    this.#eventLoopDelay.use();
    node.turnTimes.use();
    this.#scrapeCount++;
    const writing = this.#write(endpoint(source, format, request), registry, format);
    const body = scrapeStream(node, writing, ({ isComplete, bytes, durationMs }) => {
      this.#scrapeCount--;
      if (isComplete) this.#summaries.add(registry, format.contentType, bytes, durationMs);
    });
    return new Response(body, { headers: { "content-type": format.contentType } });
  }

  *#write(writing: Writing, registry: string, format: ExpositionFormat): Writing {
    yield* this.#summaries.write(format, registry);
    yield* writing;
    yield format.end;
  }
}

/** Returns the registry of a path; `undefined` for a path outside of the metrics'. */
function registryOf(pathname: string, path: string): string | undefined {
  if (pathname === path || pathname === `${path}/`) return "default";
  if (!pathname.startsWith(`${path}/`)) return undefined;
  return pathname.slice(path.length + 1);
}

/** Reads the query of `/metrics/detailed`. Returns a sentence when it is wrong. */
function readRequest(query: URLSearchParams, { vhosts }: Node): ScrapeRequest | string {
  const families = new Set(query.getAll("family"));
  const names = query.getAll("vhost");
  const [pattern = "", ...others] = query.getAll("queue");
  if (others.length > 0) return "Only one 'queue' query parameter is allowed";
  if (pattern.length > QUEUE_FILTER_MAX) return "'queue' regex too long";
  const selected = names.length === 0 ? undefined : new Set(names.filter((name) => vhosts.has(name)));
  if (pattern === "") return { families, vhosts: selected };
  try {
    const filter = new Pattern(pattern);
    return { families, vhosts: selected, isQueueMeant: (name) => filter.matches(name) };
  } catch (error) {
    if (error instanceof PatternError) return `Invalid 'queue' regex: ${error.message}`;
    throw error;
  }
}

const text = (status: number, body: string): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain" } });

const unauthorized = (): Response =>
  new Response(JSON.stringify({ error: "not_authorized", reason: "Not_Authorized" }), {
    status: 401,
    headers: { "content-type": "application/json", "www-authenticate": 'Basic realm="RabbitMQ Prometheus"' },
  });
