import { readBoolean, readCount, readDelay } from "../value.ts";
import type { Effects } from "./effect.ts";

/** Settings of spans. */
export interface OpenTelemetryConfig {
  readonly openTelemetry?: {
    readonly isEnabled?: boolean;
    /** Address of the collector, to which the path of spans is added. */
    readonly endpoint?: string;
    /** Address that spans are sent to as it is. */
    readonly tracesEndpoint?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly serviceName?: string;
    readonly resource?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
    readonly queueMax?: number;
  };
}

type Draft = { -readonly [Name in keyof OpenTelemetryConfig]: OpenTelemetryConfig[Name] };

function readAddress(text: string): string {
  if (!/^https?:\/\/[^/\s]+\S*$/.test(text) || !URL.canParse(text)) {
    throw new RangeError(`This is an address such as http://localhost:4318: received "${text}".`);
  }
  const { username, password } = new URL(text);
  if (username + password === "") return text;
  throw new RangeError(
    "Credentials are a header here, such as opentelemetry.headers.authorization, not a part of an address.",
  );
}

function set(draft: Draft, changes: OpenTelemetryConfig["openTelemetry"]): void {
  draft.openTelemetry = { ...draft.openTelemetry, ...changes };
}

export const OPEN_TELEMETRY: Effects<Draft> = {
  "opentelemetry.enabled": {
    help: "whether spans are sent where an endpoint is set",
    default: "true",
    apply: (draft, value) => set(draft, { isEnabled: readBoolean(value) }),
  },
  "opentelemetry.endpoint": {
    help: "address of a collector for spans of messages with traceparent (OTLP/HTTP); without it there are none",
    apply: (draft, value) => set(draft, { endpoint: readAddress(value) }),
  },
  "opentelemetry.traces_endpoint": {
    help: "the whole address for spans, in place of opentelemetry.endpoint with /v1/traces",
    apply: (draft, value) => set(draft, { tracesEndpoint: readAddress(value) }),
  },
  "opentelemetry.headers.$name": {
    help: "a header of each request to the collector",
    apply: (draft, value, name) => set(draft, { headers: { ...draft.openTelemetry?.headers, [name]: value } }),
  },
  "opentelemetry.service_name": {
    help: "name of the service in spans",
    default: "haremq",
    apply: (draft, value) => set(draft, { serviceName: value }),
  },
  "opentelemetry.resource.$name": {
    help: "another attribute of the service in spans",
    apply: (draft, value, name) => set(draft, { resource: { ...draft.openTelemetry?.resource, [name]: value } }),
  },
  "opentelemetry.timeout": {
    help: "time limit of a request in milliseconds",
    default: "10000",
    apply: (draft, value) => set(draft, { timeoutMs: readDelay(value) }),
  },
  "opentelemetry.queue_size": {
    help: "maximum number of spans that wait to be sent; more are dropped",
    default: "2048",
    apply: (draft, value) => set(draft, { queueMax: Math.min(readCount(value), QUEUE_MAX) }),
  },
};

/** Largest queue of spans. */
const QUEUE_MAX = 1_000_000;
