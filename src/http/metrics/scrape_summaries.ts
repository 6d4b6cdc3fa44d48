import { type ExpositionFormat, sampleLine } from "./exposition.ts";
import { labels } from "./labels.ts";
import type { Writing } from "./writer.ts";

/** Sizes and durations of all scrapes of a registry in one format. */
interface Summary {
  readonly registry: string;
  readonly labels: string;
  count: number;
  bytes: number;
  seconds: number;
}

/** Sums of sizes and durations of scrapes, as RabbitMQ's client of Prometheus has them. */
export class ScrapeSummaries {
  readonly #summaries = new Map<string, Summary>();

  /** Adds a scrape of an existing registry. */
  add(registry: string, contentType: string, bytes: number, durationMs: number): void {
    const key = labels({ registry, content_type: contentType });
    let summary = this.#summaries.get(key);
    if (summary === undefined) {
      this.#summaries.set(key, summary = { registry, labels: key, count: 0, bytes: 0, seconds: 0 });
    }
    summary.count++;
    summary.bytes += bytes;
    summary.seconds += durationMs / 1000;
  }

  /** Writes the summaries of a registry. */
  *write(format: ExpositionFormat, registry: string): Writing {
    const summaries = [...this.#summaries.values()].filter((summary) => summary.registry === registry);
    for (const [name, help, sumOf] of SUMMARIES) {
      yield format.head({ name, type: "summary", help }) +
        summaries.map((summary) =>
          sampleLine(`${name}_count`, summary.labels, summary.count) +
          sampleLine(`${name}_sum`, summary.labels, sumOf(summary))
        ).join("");
    }
  }
}

const SUMMARIES: readonly (readonly [name: string, help: string, sumOf: (summary: Summary) => number])[] = [
  ["telemetry_scrape_duration_seconds", "Scrape duration", ({ seconds }) => seconds],
  ["telemetry_scrape_size_bytes", "Scrape size, not encoded", ({ bytes }) => bytes],
];
