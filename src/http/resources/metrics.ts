import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const scrape = ({ host, params, query, request }: ApiRequest): Promise<Response> =>
  host.metrics.scrape(params.registry ?? "default", query, request.headers.get("accept"));

/** Metrics on the port of the management API, which RabbitMQ does not have. */
export const METRICS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/metrics",
    who: "monitoring",
    summary: "Metrics for Prometheus, as on port 15692 at /metrics.",
    handle: scrape,
  },
  {
    method: "GET",
    path: "/api/metrics/:registry",
    who: "monitoring",
    summary: "Metrics for Prometheus, as on port 15692: per-object, detailed or memory-breakdown.",
    handle: scrape,
  },
];
