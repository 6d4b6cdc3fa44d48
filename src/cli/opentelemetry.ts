import { VERSION } from "../amqp091/server_properties.ts";
import type { Config } from "../config/config.ts";
import type { OtlpOptions } from "../otlp/otlp_exporter.ts";

/** Returns the configured export of spans; `undefined` for none. */
export function otlpOf({ openTelemetry = {} }: Config, nodeName: string | undefined): OtlpOptions | undefined {
  const { isEnabled = true, endpoint, tracesEndpoint, headers, serviceName, resource, timeoutMs, queueMax } =
    openTelemetry;
  const url = tracesEndpoint ?? (endpoint === undefined ? undefined : `${endpoint.replace(/\/+$/, "")}/v1/traces`);
  if (!isEnabled || url === undefined) return undefined;
  return {
    url,
    headers,
    timeoutMs,
    queueMax,
    resource: {
      "service.name": "haremq",
      "service.version": VERSION,
      ...nodeName === undefined ? {} : { "service.instance.id": nodeName },
      ...resource,
      ...serviceName === undefined ? {} : { "service.name": serviceName },
    },
  };
}
