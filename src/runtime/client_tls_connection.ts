import { isIP } from "node:net";
import {
  checkServerIdentity,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type PeerCertificate,
} from "node:tls";
import { type ClientTls, type Verification, versionsOf } from "./client_tls.ts";
import { TLS_1_3_CIPHERS } from "./tls_ciphers.ts";
import { NODE_TLS_VERSIONS } from "./tls_options.ts";

/** Returns Node's options for a connection. */
export function connectionOptionsOf(tls: ClientTls): ConnectionOptions {
  const { ca, cert, key, verifies = "certificate and host", depth, ciphers, serverName } = tls;
  const chosen = ciphers?.filter((cipher) => !TLS_1_3_CIPHERS.includes(cipher)) ?? [];
  const versions = versionsOf(tls).map((version) => NODE_TLS_VERSIONS[version]);
  return {
    ca,
    cert,
    key,
    rejectUnauthorized: verifies !== "nothing",
    ...serverName === undefined ? {} : { servername: serverName },
    ...tls.versions === undefined && ciphers === undefined
      ? {}
      : { minVersion: versions[0], maxVersion: versions[versions.length - 1] } as ConnectionOptions,
    ...chosen.length === 0 ? {} : { ciphers: chosen.join(":") },
    checkServerIdentity: (host, certificate) =>
      (serverName === "" ? undefined : hostProblem(host, certificate, verifies)) ??
        (depth === undefined || verifies === "nothing" ? undefined : depthProblem(certificate, depth)),
  };
}

/** Returns the error for a certificate that is not one of the host. */
function hostProblem(host: string, certificate: PeerCertificate, verifies: Verification): Error | undefined {
  if (verifies !== "certificate and host" && verifies !== "certificate and exact host") return undefined;
  const problem = checkServerIdentity(host, certificate);
  if (problem !== undefined || verifies === "certificate and host") return problem;
  const names = certificate.subjectaltname?.toLowerCase() ?? "";
  // An address can't have a wildcard. Erlang too accepts one in the subject, which counts when there are no other names.
  if (!names.includes("dns:") || isIP(host) !== 0) return undefined;
  // Node quotes a name with a comma in it, whose parts would look like names of their own.
  const isNamed = !names.includes('"') && names.split(", ").includes(`dns:${host.toLowerCase()}`);
  return isNamed ? undefined : new Error(`no name of the certificate is exactly ${host}: ${names}`);
}

/** Returns the error for a chain with too many authorities between the certificate and the last one, which is trusted. */
function depthProblem(certificate: Partial<DetailedPeerCertificate>, depthMax: number): Error | undefined {
  const seen = new Set<string>();
  for (let each: Partial<DetailedPeerCertificate> | undefined = certificate; each?.fingerprint256 !== undefined;) {
    if (seen.has(each.fingerprint256)) break;
    seen.add(each.fingerprint256);
    each = each.issuerCertificate;
  }
  const depth = Math.max(seen.size - 2, 0);
  return depth <= depthMax ? undefined : new Error(`chain of ${depth} authorities is longer than ${depthMax}`);
}
