import type { Fetch } from "../access/bounded_fetch.ts";
import { ConfigError } from "../config/config_error.ts";
import { inOrder, type OptionTree, type OptionValue } from "../config/keys/option_keys.ts";
import type { ClientTls } from "../runtime/client_tls.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TlsVersion } from "../runtime/tls_options.ts";

export type ClientTlsRuntime = Pick<Runtime, "readTextFile" | "fetcher" | "decryptKey" | "checkClientTls">;

/**
 * Returns the TLS of connections to servers by a section of keys, such as `auth_http.ssl_options`, with the contents of
 * the files that they name. Throws {@linkcode ConfigError}, and `TlsOptionsError` for options that the runtime lacks.
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
    versions,
    ciphers,
    sni,
  } = options;
  if ((certfile === undefined) !== (keyfile === undefined)) {
    throw new ConfigError(`${section}.certfile and ${section}.keyfile go together: one of them is missing.`);
  }
  const tls: ClientTls = {
    ca: read(cacertfile),
    cert: read(certfile),
    key: keyOf(),
    verifies: verify === "verify_none" ? "nothing" : undefined,
    depth: depth as number | undefined,
    versions: listOf<TlsVersion>(versions),
    ciphers: listOf(ciphers),
    serverName: sni === "none" ? "" : sni as string | undefined,
  };
  runtime.checkClientTls(section, tls);
  return tls;

  function read(path: OptionValue | undefined): string | undefined {
    return path === undefined ? undefined : runtime.readTextFile(String(path));
  }

  function keyOf(): string | undefined {
    const key = read(keyfile);
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
