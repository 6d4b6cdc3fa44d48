import type { Environment } from "./interpolation.ts";
import type { Setting } from "./setting.ts";

/** Keys of OpenTelemetry's environment variables. */
const VARIABLES: Readonly<Record<string, string>> = {
  OTEL_EXPORTER_OTLP_ENDPOINT: "endpoint",
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "traces_endpoint",
  OTEL_SERVICE_NAME: "service_name",
  OTEL_EXPORTER_OTLP_TIMEOUT: "timeout",
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "timeout",
  OTEL_BSP_MAX_QUEUE_SIZE: "queue_size",
};

/** Variables with lists of names and values, with the keys that these are below. */
const LISTS: Readonly<Record<string, string>> = {
  OTEL_EXPORTER_OTLP_HEADERS: "headers",
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: "headers",
  OTEL_RESOURCE_ATTRIBUTES: "resource",
};

/** Variables that turn spans off, with the value that does. */
const SWITCHES: Readonly<Record<string, string>> = { OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "none" };

/** Returns the settings in OpenTelemetry's environment variables. */
export function openTelemetrySettings(environment: Environment): Setting[] {
  const settings: Setting[] = [];
  const add = (variable: string, key: readonly string[], value: string) =>
    settings.push({ key: ["opentelemetry", ...key], value, source: `environment variable ${variable}` });
  for (const [variable, key] of Object.entries(VARIABLES)) {
    const value = environment(variable);
    if (value !== undefined && value !== "") add(variable, [key], value);
  }
  for (const [variable, key] of Object.entries(LISTS)) {
    for (const [name, value] of readList(environment(variable) ?? "")) add(variable, [key, name], value);
  }
  for (const [variable, off] of Object.entries(SWITCHES)) {
    if (environment(variable)?.toLowerCase() === off) add(variable, ["enabled"], "false");
  }
  return settings;
}

/** Reads `name=value,name=value` with percent-encoded values; what is none of that is left out, as by OpenTelemetry. */
function readList(text: string): [name: string, value: string][] {
  return text.split(",").flatMap((pair): [string, string][] => {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (name === "") return [];
    try {
      return [[decodeURIComponent(name), decodeURIComponent(pair.slice(equals + 1).trim())]];
    } catch {
      return [];
    }
  });
}
