import { certificatesOfPem, readCertificate } from "../../transport/certificate.ts";
import { badRequest } from "../http_error.ts";
import type { ApiRequest } from "../request.ts";
import type { CertificateFile, ServerListener } from "../server_listener.ts";

const DAY_MS = 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  days: DAY_MS,
  weeks: 7 * DAY_MS,
  months: 30 * DAY_MS,
  years: 365 * DAY_MS,
};

/** A listener with a certificate that expires soon, in RabbitMQ's form. */
interface ExpiringListener {
  readonly node: string;
  readonly protocol: string;
  readonly interface: string;
  readonly port: number;
  readonly certfile: string;
  readonly cacertfile?: string;
  readonly certfile_expires_on: readonly string[];
  readonly cacertfile_expires_on: readonly string[];
}

/** Returns the listeners with a certificate that expires within the time in a request's path. Throws `HttpError` 400. */
export function expiringListeners({ host, node, params }: ApiRequest): ExpiringListener[] {
  const { within, unit } = params;
  if (!/^[+-]?\d{1,15}$/.test(within)) throw badRequest("Invalid expiration value.");
  const unitMs = UNITS_MS[unit.toLowerCase()];
  if (unitMs === undefined) {
    throw badRequest("Time unit not recognised. Supported units: days, weeks, months, years.");
  }
  const beforeMs = node.timeMs + Number(within) * unitMs;
  return host.listeners.flatMap((listener) => expiring(listener, node.name, beforeMs) ?? []);
}

function expiring({ protocol, host, port, tls }: ServerListener, node: string, beforeMs: number) {
  if (tls === undefined) return undefined;
  const certfile = expiriesOf(tls.certfile, beforeMs);
  const cacertfile = tls.cacertfile === undefined ? [] : expiriesOf(tls.cacertfile, beforeMs);
  if (certfile.length === 0 && cacertfile.length === 0) return undefined;
  return {
    node,
    protocol,
    interface: host,
    port,
    certfile: tls.certfile.path,
    cacertfile: tls.cacertfile?.path,
    certfile_expires_on: certfile,
    cacertfile_expires_on: cacertfile,
  };
}

/** Returns the times at which certificates of a file expire, if that is before a time. */
function expiriesOf({ text }: CertificateFile, beforeMs: number): string[] {
  const times: string[] = [];
  for (const { base64 } of certificatesOfPem(text)) {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    const { notAfterMs } = readCertificate(bytes);
    if (notAfterMs < beforeMs) times.push(new Date(notAfterMs).toISOString().slice(0, 19).replace("T", " "));
  }
  return times;
}
