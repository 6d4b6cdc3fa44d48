import { Buffer } from "node:buffer";
import { request, type RequestOptions } from "node:https";

/** Certificates and keys in PEM format, and what is verified of the server. */
export interface HttpsOptions {
  /** Authorities by which the server is verified. Default: the runtime's own. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly verifies: "nothing" | "certificate" | "certificate and host";
}

/** Returns a `fetch` over TLS that can do without verification, which that of Deno can't. */
export function httpsFetch(
  { ca, cert, key, verifies }: HttpsOptions,
): (url: string, init: RequestInit) => Promise<Response> {
  const options: RequestOptions = { ca, cert, key, rejectUnauthorized: verifies !== "nothing" };
  if (verifies !== "certificate and host") options.checkServerIdentity = () => undefined;
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = { ...options, method, headers: headers as Record<string, string>, signal: signal ?? undefined };
      const asked = request(url, sent, (answer) => {
        const chunks: Uint8Array[] = [];
        answer.on("data", (chunk) => chunks.push(chunk)).on("error", reject).on("end", () => {
          const { statusCode: status = 0 } = answer;
          resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status }));
        });
      });
      asked.on("error", reject);
      // The length must be known: RabbitMQ takes no chunks.
      asked.end(typeof body === "string" ? body : undefined);
    });
}
