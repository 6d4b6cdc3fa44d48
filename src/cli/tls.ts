import { type Config, ConfigError } from "../config/config.ts";
import { inOrder } from "../config/keys/option_keys.ts";
import { type Runtime, type TlsOptions, TlsOptionsError } from "../runtime/runtime.ts";

type Means = Pick<Runtime, "readTextFile">;
type FileKey = "certfile" | "keyfile" | "cacertfile";

/** Defaults of RabbitMQ's keys. */
const DEFAULTS = {
  verify: "verify_none",
  fail_if_no_peer_cert: false,
  depth: 10,
  honor_cipher_order: false,
  honor_ecc_order: false,
} as const;

/** Returns the configured TLS options, with the contents of the files that keys name. Throws {@linkcode ConfigError}. */
export function tlsOptionsOf({ sslOptions = {} }: Config, means: Means): TlsOptions {
  const { versions = {}, ciphers, password, cacertfile, ...others } = sslOptions;
  const options = { ...DEFAULTS, ...others };
  if (options.verify === "verify_peer" && cacertfile === undefined) {
    throw new ConfigError("ssl_options.verify = verify_peer: ssl_options.cacertfile has to name the authorities.");
  }
  if (options.verify === "verify_none" && options.fail_if_no_peer_cert) {
    throw new ConfigError("ssl_options.fail_if_no_peer_cert = true goes with ssl_options.verify = verify_peer only.");
  }
  const chosen = Object.values(versions);
  return {
    ...options,
    password,
    certfile: readFile("certfile", options.certfile, means),
    keyfile: readFile("keyfile", options.keyfile, means),
    ...cacertfile === undefined ? {} : { cacertfile: readFile("cacertfile", cacertfile, means) },
    versions: chosen.length === 0 ? ["tlsv1.2", "tlsv1.3"] : chosen,
    ciphers: ciphers && inOrder(ciphers),
  };
}

function readFile(key: FileKey, path: string | undefined, { readTextFile }: Means): { path: string; text: string } {
  if (path === undefined) throw new ConfigError(`ssl_options.${key} is missing: listeners.ssl needs it.`);
  try {
    return { path, text: readTextFile(path) };
  } catch (error) {
    throw new ConfigError(`ssl_options.${key}: ${path} can't be read: ${(error as Error).message}.`);
  }
}

/** Runs something with TLS options. Throws {@linkcode ConfigError} when they can't be used. */
export function asConfigError<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw error instanceof TlsOptionsError ? new ConfigError(error.message) : error;
  }
}

/** Checks the configured TLS options, and their files. Throws {@linkcode ConfigError}. */
export function checkTls(config: Config, runtime: Runtime): void {
  if (config.tlsListeners !== undefined && config.tlsListeners.length > 0) {
    return asConfigError(() => runtime.checkTls(tlsOptionsOf(config, runtime)));
  }
  const { certfile, keyfile, cacertfile } = config.sslOptions ?? {};
  for (const [key, path] of Object.entries({ certfile, keyfile, cacertfile })) {
    if (path !== undefined) readFile(key as FileKey, path, runtime);
  }
}
