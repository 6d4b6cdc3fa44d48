import type { Fetch } from "../access/bounded_fetch.ts";
import { ConfigError } from "../config/config_error.ts";
import { inOrder, type OptionTree, type OptionValue } from "../config/keys/option_keys.ts";
import type { ClientTls } from "../runtime/client_tls.ts";
import { type Runtime, TlsOptionsError } from "../runtime/runtime.ts";
import type { TlsVersion } from "../runtime/tls_options.ts";

export type ClientTlsRuntime = Pick<Runtime, "readTextFile" | "fetcher" | "decryptKey" | "checkClientTls">;

/**
 * Returns the TLS of connections to servers by a section of keys, such as `auth_http.ssl_options`, with the contents of
 * the files that they name. Throws {@linkcode ConfigError}, also for options that the runtime lacks.
 */
export function clientTlsOf(options: OptionTree, section: string, runtime: ClientTlsRuntime): ClientTls {
  const {
    cacertfile,
    certfile,
    keyfile,
    password,
    peer_verification,
    verify = peer_verification,
    depth,
    hostname_verification,
    versions,
    ciphers,
    sni,
  } = options;
  if ((certfile === undefined) !== (keyfile === undefined)) {
    throw new ConfigError(`${section}.certfile and ${section}.keyfile go together: one of them is missing.`);
  }
  const tls: ClientTls = {
    ca: read("cacertfile", cacertfile),
    cert: read("certfile", certfile),
    key: keyOf(),
    // RabbitMQ: none switches off wildcards, not the verification of the name.
    verifies: verify === "verify_none"
      ? "nothing"
      : hostname_verification === "none"
      ? "certificate and exact host"
      : undefined,
    depth: depth as number | undefined,
    versions: listOf<TlsVersion>(versions),
    ciphers: listOf(ciphers),
    serverName: sni === "none" ? "" : sni as string | undefined,
  };
  try {
    runtime.checkClientTls(section, tls);
  } catch (error) {
    throw error instanceof TlsOptionsError ? new ConfigError(error.message) : error;
  }
  return tls;

  function read(key: string, path: OptionValue | undefined): string | undefined {
    if (path === undefined) return undefined;
    try {
      return runtime.readTextFile(String(path));
    } catch (error) {
      throw new ConfigError(`${section}.${key}: ${path} can't be read: ${(error as Error).message}`);
    }
  }

  function keyOf(): string | undefined {
    const key = read("keyfile", keyfile);
    if (key === undefined || password === undefined) return key;
    try {
      return runtime.decryptKey(key, String(password));
    } catch {
      throw new ConfigError(`${section}.keyfile: ${keyfile} can't be read with the password in ${section}.password.`);
    }
  }
}

/** Returns the values of numbered keys. */
const listOf = <Value extends string>(numbered: OptionValue | undefined): Value[] | undefined =>
  numbered === undefined ? undefined : inOrder(numbered as Record<string, Value>);

/** Returns a `fetch` with the TLS options of a section of keys. `connectTimeoutMs` limits connecting. */
export function fetchOf(
  options: OptionValue | undefined,
  section: string,
  runtime: ClientTlsRuntime,
  connectTimeoutMs?: number,
): Fetch {
  if (typeof options !== "object" && connectTimeoutMs === undefined) return fetch;
  const tls = typeof options === "object" ? clientTlsOf(options, section, runtime) : {};
  return runtime.fetcher(tls, connectTimeoutMs);
}
