import assert from "node:assert/strict";

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: ParsedSample[];
}

export type Exposition = ReadonlyMap<string, ParsedFamily>;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\[\\"n])*)"(,|$)/;
const NUMBER = /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|[+-]Inf)$/;
const TEXT_TYPES = ["counter", "gauge", "untyped", "histogram", "summary"];
const OPEN_TYPES = ["counter", "gauge", "unknown", "histogram", "summary"];
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_count", "_sum"],
  summary: ["", "_count", "_sum"],
};

/**
 * Parses an exposition in the text format of Prometheus, or in OpenMetrics, and fails for whatever they do not permit.
 */
export function parseExposition(text: string, format: "text" | "openmetrics" = "text"): Exposition {
  const isOpen = format === "openmetrics";
  const families = new Map<string, ParsedFamily>();
  const series = new Set<string>();
  assert.ok(text.endsWith("\n"), "the last line is complete");
  assert.ok(!text.includes("\r"), "lines end with a line feed only");
  const lines = text.slice(0, -1).split("\n");
  if (isOpen) assert.equal(lines.pop(), "# EOF");
  let family: { name: string; type: string; help: string; samples: ParsedSample[] } | undefined;
  for (const line of lines) {
    if (line === "") {
      assert.ok(!isOpen, "OpenMetrics has no empty lines");
      continue;
    }
    const [, type, typed] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (type !== undefined) {
      assert.match(type, NAME);
      assert.ok(!families.has(type), `${type} is described once`);
      assert.ok((isOpen ? OPEN_TYPES : TEXT_TYPES).includes(typed), `${typed} is a type`);
      if (isOpen && typed === "counter") assert.ok(!type.endsWith("_total"), `${type} is named without its suffix`);
      families.set(type, family = { name: type, type: typed, help: "", samples: [] });
      continue;
    }
    const [, helped, help] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    if (helped !== undefined) {
      assert.equal(helped, family?.name, `${helped} has its help right behind its type`);
      assert.equal(family!.help, "", `${helped} has one help`);
      assert.equal(family!.samples.length, 0, `the help of ${helped} precedes its samples`);
      family!.help = help;
      continue;
    }
    assert.ok(!line.startsWith("#"), `this is no comment: ${line}`);
    assert.ok(family !== undefined, `a sample follows its description: ${line}`);
    const sample = parseSample(line);
    checkName(sample.name, family!, isOpen);
    const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    assert.ok(!series.has(key), `this sample comes once: ${key}`);
    series.add(key);
    if (family!.type === "counter") assert.ok(sample.value >= 0, `a counter is at least 0: ${line}`);
    family!.samples.push(sample);
  }
  for (const { name, type, samples } of families.values()) if (type === "histogram") checkHistogram(name, samples);
  return families;
}

function parseSample(line: string): ParsedSample {
  const [, name, , inner, value] = /^([^\s{]+)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
  assert.ok(name !== undefined, `this is a sample: ${line}`);
  assert.match(name, NAME);
  assert.match(value, NUMBER, line);
  const labels: Record<string, string> = {};
  for (let rest = inner ?? ""; rest !== "";) {
    const [whole, label, escaped] = LABEL.exec(rest) ?? assert.fail(`these are labels: ${rest}`);
    assert.ok(!Object.hasOwn(labels, label), `label ${label} comes once: ${line}`);
    labels[label] = escaped.replace(/\\(.)/g, (_, character) => character === "n" ? "\n" : character);
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function checkName(name: string, family: ParsedFamily, isOpen: boolean): void {
  const suffixes = family.type === "counter" && isOpen ? ["_total"] : SUFFIXES[family.type] ?? [""];
  assert.ok(suffixes.some((suffix) => family.name + suffix === name), `${name} belongs to ${family.name}`);
}

function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const seriesOf = ({ labels: { le: _, ...others } }: ParsedSample) => JSON.stringify(others);
  const groups = new Map<string, ParsedSample[]>();
  for (const sample of samples) groups.set(seriesOf(sample), [...groups.get(seriesOf(sample)) ?? [], sample]);
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le.replace("Inf", "Infinity")));
    assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b), `buckets of ${name} rise`);
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), `buckets of ${name} are cumulative`);
    assert.equal(bounds.at(-1), Infinity, `${name} has a bucket for everything`);
    assert.equal(group.find((sample) => sample.name === `${name}_count`)?.value, counts.at(-1));
    assert.ok(group.some((sample) => sample.name === `${name}_sum`));
  }
}

/** Returns the value of a sample with exactly these labels; `undefined` when there is none. */
export function valueOf(exposition: Exposition, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  for (const { samples } of exposition.values()) {
    const found = samples.find((sample) =>
      sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted
    );
    if (found !== undefined) return found.value;
  }
  return undefined;
}
