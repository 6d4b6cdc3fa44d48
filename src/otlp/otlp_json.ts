import type { Span, SpanKind } from "../broker/tracing/spans.ts";

/** Attributes of the process that sends spans, such as `service.name`. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** OpenTelemetry's numbers of kinds. */
const KINDS: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, producer: 4 };
/** Flag of a sampled trace. */
const SAMPLED = 1;

/** Returns the body of an export of spans, as JSON (OTLP: `ExportTraceServiceRequest`). */
export const otlpJson = (resource: ResourceAttributes, version: string, spans: readonly Span[]): string =>
  JSON.stringify({
    resourceSpans: [{
      resource: { attributes: attributesOf(resource) },
      scopeSpans: [{ scope: { name: "haremq", version }, spans: spans.map(spanOf) }],
    }],
  });

const spanOf = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId,
  traceState: span.traceState === "" ? undefined : span.traceState,
  flags: SAMPLED,
  name: span.name,
  kind: KINDS[span.kind],
  startTimeUnixNano: nanoseconds(span.startMs),
  endTimeUnixNano: nanoseconds(span.endMs),
  attributes: attributesOf(span.attributes),
});

/** Returns a time as text: it exceeds the integers of JSON's readers. */
const nanoseconds = (timeMs: number): string => (BigInt(Math.floor(timeMs)) * 1_000_000n).toString();

const attributesOf = (attributes: Span["attributes"]) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

function valueOf(value: string | number | boolean) {
  if (typeof value === "string") return { stringValue: value };
  return typeof value === "number" ? { intValue: String(value) } : { boolValue: value };
}
