import assert from "node:assert/strict";
import type { Fetch } from "../../src/access/bounded_fetch.ts";

/** A span as a collector gets it, with its attributes and those of its service as tables. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

interface JsonAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly boolValue?: boolean };
}

/** Reads an export, and fails for what OTLP/JSON does not permit. */
export function readExport(body: string): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body);
  // deno-lint-ignore no-explicit-any -- JSON from outside
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // deno-lint-ignore no-explicit-any -- JSON from outside
    scopeSpans.flatMap(({ scope, spans }: any) => {
      assert.equal(scope.name, "haremq");
      // deno-lint-ignore no-explicit-any -- JSON from outside
      return spans.map((span: any) => readSpan(span, tableOf(resource.attributes)));
    })
  );
}

// deno-lint-ignore no-explicit-any -- JSON from outside
function readSpan(span: any, resource: CollectedSpan["resource"]): CollectedSpan {
  assert.match(span.traceId, /^[0-9a-f]{32}$/);
  assert.match(span.spanId, /^[0-9a-f]{16}$/);
  assert.match(span.parentSpanId, /^[0-9a-f]{16}$/);
  assert.match(span.startTimeUnixNano, /^\d+$/);
  assert.match(span.endTimeUnixNano, /^\d+$/);
  assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano));
  assert.ok([1, 2, 3, 4, 5].includes(span.kind));
  return {
    ...span,
    startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
    attributes: tableOf(span.attributes),
    resource,
  };
}

const tableOf = (attributes: readonly JsonAttribute[]): CollectedSpan["attributes"] =>
  Object.fromEntries(attributes.map(({ key, value }) => {
    assert.equal(Object.keys(value).length, 1, `${key} has one value`);
    const { stringValue, intValue, boolValue } = value;
    return [key, stringValue ?? (intValue === undefined ? boolValue! : Number(intValue))];
  }));

/** Returns a `fetch` that collects the spans of each request. */
export const collectInto = (spans: CollectedSpan[]): Fetch => (_, init) => {
  spans.push(...readExport(String(init.body)));
  return Promise.resolve(Response.json({ partialSuccess: {} }));
};
