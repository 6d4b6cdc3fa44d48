import { type Config, ConfigError } from "../config/config.ts";
import { inOrder } from "../config/keys/option_keys.ts";
import type { SslOptions } from "../config/keys/tls.ts";
import { httpTlsSections } from "./http_config.ts";
import { type PemFile, type Runtime, type TlsOptions, TlsOptionsError } from "../runtime/runtime.ts";

type Means = Pick<Runtime, "readTextFile" | "listFolder" | "isFolder">;
type FileKey = "certfile" | "keyfile" | "cacertfile";

/** Defaults of RabbitMQ's keys. */
const DEFAULTS = {
  verify: "verify_none",
  fail_if_no_peer_cert: false,
  depth: 10,
  honor_cipher_order: false,
  honor_ecc_order: false,
} as const;

/** TLS options as they are configured. */
export interface TlsSection {
  readonly options: SslOptions;
  /** Prefix of their keys, such as `management.ssl`. */
  readonly name: string;
  /** Keys of the listeners that need them. */
  readonly listeners: string;
}

/** The TLS options of AMQP's listeners. */
export const amqpTlsSection = ({ sslOptions = {} }: Config): TlsSection => ({
  options: sslOptions,
  name: "ssl_options",
  listeners: "listeners.ssl",
});

/** Returns the configured TLS options, with the contents of the files that keys name. Throws {@linkcode ConfigError}. */
export function tlsOptionsOf(section: TlsSection, means: Means): TlsOptions {
  const { versions = {}, ciphers, password, cacertfile, crl_check, crlSources: _, crlFolders: __, ...others } =
    section.options;
  const options = { ...DEFAULTS, ...others };
  const { name } = section;
  if (options.verify === "verify_peer" && cacertfile === undefined) {
    throw new ConfigError(`${name}.verify = verify_peer: ${name}.cacertfile has to name the authorities.`);
  }
  if (options.verify === "verify_none" && options.fail_if_no_peer_cert) {
    throw new ConfigError(`${name}.fail_if_no_peer_cert = true goes with ${name}.verify = verify_peer only.`);
  }
  const chosen = Object.values(versions);
  const revocation = crl_check === undefined || crl_check === "false"
    ? {}
    : { crl_check, lists: listsOf(section, options.verify, means) };
  return {
    ...options,
    password,
    certfile: readFile(section, "certfile", options.certfile, means),
    keyfile: readFile(section, "keyfile", options.keyfile, means),
    ...cacertfile === undefined ? {} : { cacertfile: readFile(section, "cacertfile", cacertfile, means) },
    versions: chosen.length === 0 ? ["tlsv1.2", "tlsv1.3"] : chosen,
    ciphers: ciphers && inOrder(ciphers),
    ...revocation,
  };
}

/** Returns the files with revocation lists in the folders of a section. */
function listsOf(
  { name, options: { crl_check: check, crlSources = {}, crlFolders = {} } }: TlsSection,
  verify: SslOptions["verify"],
  means: Means,
): PemFile[] {
  if (verify !== "verify_peer") {
    throw new ConfigError(`${name}.crl_check = ${check} goes with ${name}.verify = verify_peer only.`);
  }
  const sources = Object.keys(crlSources);
  if (sources.length === 0) {
    throw new ConfigError(`${name}.crl_check = ${check} needs revocation lists: ${name}.crl_sources names none.`);
  }
  return sources.flatMap((index) => {
    const key = `${name}.crl_sources.${index}.path`;
    const folder = crlFolders[index];
    if (folder === undefined) throw new ConfigError(`${key} is missing: it names the folder of revocation lists.`);
    if (!means.isFolder(folder)) throw new ConfigError(`${key}: there is no folder ${folder}.`);
    return means.listFolder(folder).toSorted().map((file) => {
      const path = `${folder}/${file}`;
      try {
        return { path, text: means.readTextFile(path) };
      } catch (error) {
        throw new ConfigError(`${key}: ${path} can't be read: ${(error as Error).message}.`);
      }
    });
  });
}

function readFile(
  { name, listeners }: TlsSection,
  key: FileKey,
  path: string | undefined,
  { readTextFile }: Means,
): { path: string; text: string } {
  if (path === undefined) throw new ConfigError(`${name}.${key} is missing: ${listeners} needs it.`);
  try {
    return { path, text: readTextFile(path) };
  } catch (error) {
    throw new ConfigError(`${name}.${key}: ${path} can't be read: ${(error as Error).message}.`);
  }
}

/** Runs something with the TLS options of a section. Throws {@linkcode ConfigError} when they can't be used. */
export function asConfigError<Result>({ name }: Pick<TlsSection, "name">, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    // The runtime names options as AMQP's listeners do.
    throw error instanceof TlsOptionsError ? new ConfigError(error.message.replaceAll("ssl_options", name)) : error;
  }
}

/** Checks the configured TLS options, and their files. Throws {@linkcode ConfigError}. */
export function checkTls(config: Config, runtime: Runtime): void {
  const amqp = amqpTlsSection(config);
  const hasListeners = config.tlsListeners !== undefined && config.tlsListeners.length > 0;
  const sections = [...hasListeners ? [amqp] : [], ...httpTlsSections(config)];
  for (const section of sections) asConfigError(section, () => runtime.checkTls(tlsOptionsOf(section, runtime)));
  if (hasListeners) return;
  const { certfile, keyfile, cacertfile } = amqp.options;
  for (const [key, path] of Object.entries({ certfile, keyfile, cacertfile })) {
    if (path !== undefined) readFile(amqp, key as FileKey, path, runtime);
  }
}
