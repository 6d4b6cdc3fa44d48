import { readBoolean } from "../value.ts";
import type { Effects } from "./effect.ts";

/** Settings of metrics. */
export interface MetricsConfig {
  readonly metrics?: {
    readonly path?: string;
    readonly returnPerObjectMetrics?: boolean;
    readonly isAuthenticated?: boolean;
  };
}

type Draft = { -readonly [Name in keyof MetricsConfig]: MetricsConfig[Name] };

/** Reads the path of metrics, which begins with a slash and does not end with one. */
function readPath(text: string): string {
  const path = text.replace(/^(?!\/)/, "/").replace(/\/+$/, "");
  if (!/^(\/[\w.~-]+)+$/.test(path)) throw new RangeError(`This is a path such as /metrics: received "${text}".`);
  return path;
}

export const METRICS: Effects<Draft> = {
  "prometheus.path": {
    help: "path of the metrics",
    default: "/metrics",
    apply: (draft, value) => void (draft.metrics = { ...draft.metrics, path: readPath(value) }),
  },
  "prometheus.return_per_object_metrics": {
    help: "whether that path has the metrics of single objects, as its /per-object has",
    default: "false",
    apply: (draft, value) => void (draft.metrics = { ...draft.metrics, returnPerObjectMetrics: readBoolean(value) }),
  },
  "prometheus.authentication.enabled": {
    help: "whether metrics need the login of a user with tag monitoring or administrator",
    default: "false",
    apply: (draft, value) => void (draft.metrics = { ...draft.metrics, isAuthenticated: readBoolean(value) }),
  },
};
