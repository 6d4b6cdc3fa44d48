import { ConfigError } from "./config_error.ts";
import { whyNoEffect } from "./features.ts";
import { typeProblem } from "./key_type.ts";
import { ACCESS, type AccessConfig } from "./keys/access.ts";
import { DEFAULTS, type DefaultsConfig } from "./keys/defaults.ts";
import { DEFINITIONS, type DefinitionsConfig } from "./keys/definitions.ts";
import type { Effect } from "./keys/effect.ts";
import { ENCRYPTION, type EncryptionConfig } from "./keys/encryption.ts";
import { LIMITS, type LimitsConfig } from "./keys/limits.ts";
import { LOG, type LogConfig } from "./keys/log.ts";
import { MANAGEMENT, type ManagementConfig } from "./keys/management.ts";
import { METRICS, type MetricsConfig } from "./keys/metrics.ts";
import { OPEN_TELEMETRY, type OpenTelemetryConfig } from "./keys/opentelemetry.ts";
import { SERVER, type ServerConfig } from "./keys/server.ts";
import { STATISTICS, type StatisticsConfig } from "./keys/statistics.ts";
import { TLS, type TlsConfig } from "./keys/tls.ts";
import { WEB_AMQP, type WebAmqpConfig } from "./keys/web_amqp.ts";
import { findKnownKey, type KnownKey, nearestKey } from "./known_keys/known_keys.ts";
import { formatKey, type Setting } from "./setting.ts";

export { ConfigError } from "./config_error.ts";
export { parseTimeout } from "./value.ts";

/** The meaning of all settings. */
export interface Config
  extends
    LimitsConfig,
    ServerConfig,
    TlsConfig,
    AccessConfig,
    DefaultsConfig,
    LogConfig,
    DefinitionsConfig,
    ManagementConfig,
    MetricsConfig,
    StatisticsConfig,
    WebAmqpConfig,
    EncryptionConfig,
    OpenTelemetryConfig {}

type Draft = { -readonly [Name in keyof Config]: Config[Name] };

/** Limits without settings. */
export const DEFAULT_CONFIG = {
  diskFreeLimit: { bytes: 50_000_000 },
  consumerTimeout: 1_800_000,
  hasEventExchange: false,
  eventExchangeVhost: "/",
} as const satisfies Config;

/** The keys with an effect. Adding one is adding an entry to one of these tables. */
export const EFFECTS: Readonly<Record<string, Effect<Draft>>> = {
  ...LIMITS,
  ...SERVER,
  ...TLS,
  ...ACCESS,
  ...DEFAULTS,
  ...LOG,
  ...DEFINITIONS,
  ...MANAGEMENT,
  ...METRICS,
  ...STATISTICS,
  ...WEB_AMQP,
  ...ENCRYPTION,
  ...OPEN_TELEMETRY,
};

export interface ReadConfig {
  readonly config: Config;
  /** A sentence for each setting without effect. */
  readonly warnings: readonly string[];
}

/**
 * Reads the meaning of settings; of two for one key the last one counts. Throws {@linkcode ConfigError} with all
 * errors, unknown keys included: ignoring those would be worse.
 */
export function readConfig(settings: readonly Setting[]): ReadConfig {
  const config: Draft = {};
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const setting of lastOfEachKey(settings)) {
    try {
      const reason = applySetting(config, setting);
      if (reason !== undefined) warnings.push(`${setting.source}: ${formatKey(setting.key)} has no effect: ${reason}.`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`${setting.source}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return { config, warnings };
}

/** Returns the last setting of each key, in its place. */
export function lastOfEachKey(settings: readonly Setting[]): Setting[] {
  const last = new Map<string, Setting>();
  for (const setting of settings) {
    const name = formatKey(setting.key);
    last.delete(name);
    last.set(name, setting);
  }
  return [...last.values()];
}

/** Applies a setting. Returns the reason if it has no effect. Throws `RangeError`. */
function applySetting(draft: Draft, { key, value }: Setting): string | undefined {
  const name = formatKey(key);
  const known = findKnownKey(key);
  if (known === undefined) throw new RangeError(`there is no key "${name}". The nearest one is "${nearestKey(key)}".`);
  const problem = typeProblem(known.type, value);
  const shown = known.type === "secret" ? "" : `: received "${value}"`;
  if (problem !== undefined) throw new RangeError(`${name}: This is ${problem}${shown}.`);
  const effect = EFFECTS[known.name];
  if (effect === undefined) return whyNoEffect(name);
  try {
    return effect.apply(draft, value, ...wildcardsOf(known, key)) ?? undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${name}: ${error.message}`);
  }
}

const wildcardsOf = ({ name }: KnownKey, key: readonly string[]): string[] =>
  name.split(".").flatMap((part, at) => part.startsWith("$") ? [key[at]] : []);
