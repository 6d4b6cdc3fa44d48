import assert from "node:assert/strict";
import type { Broker } from "../../../mod.ts";
import { type Exposition, parseExposition } from "./exposition_parser.ts";

/** Scrapes a broker, and parses what it exposes. */
export async function scrape(broker: Broker, path = "/metrics", headers: HeadersInit = {}): Promise<Exposition> {
  const response = await broker.fetchMetrics(new Request(`http://localhost:15692${path}`, { headers }));
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const isOpen = response.headers.get("content-type")!.startsWith("application/openmetrics-text");
  return parseExposition(text, isOpen ? "openmetrics" : "text");
}
