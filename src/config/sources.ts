import { ConfigError } from "./config_error.ts";
import { type ConfigFiles, readConfFile } from "./conf_file.ts";
import { type Environment, interpolate } from "./interpolation.ts";
import { logSettings } from "./log_variables.ts";
import { openTelemetrySettings } from "./opentelemetry_variables.ts";
import { folderOf, nameOf, prefixOf } from "./path.ts";
import { formatKey, type Setting } from "./setting.ts";

/** Default names of the configuration file, in the working directory or the machine's folder. The first one counts. */
const DEFAULT_NAMES = ["haremq.conf", "rabbitmq.conf"];

/** The sources of settings. */
export interface ConfigMeans extends ConfigFiles {
  readonly environment: Environment;
  /** Folder of the machine's configuration, if there is one. */
  readonly configFolder: string | undefined;
}

/** Settings in flags, as keys. */
export interface Flags {
  /** The configuration file, or a folder of them. */
  readonly config?: string;
  /** Settings that override files and environment. */
  readonly settings: readonly Setting[];
}

/** All settings in rising precedence, and the files with them. */
export interface GatheredSettings {
  readonly settings: readonly Setting[];
  readonly files: readonly string[];
}

/** Gathers settings: flags override the environment, which overrides files. Throws {@linkcode ConfigError}. */
export function gatherSettings(means: ConfigMeans, flags: Flags): GatheredSettings {
  const files = configFiles(means, flags.config);
  const layers = [
    files.flatMap((file) => readConfFile(file, means)),
    fromEnvironment(means.environment),
    flags.settings,
  ];
  const settings = layers.reduce<readonly Setting[]>(
    (below, above) => [...below.filter(isKeptUnder(above)), ...above],
    [],
  );
  return { settings: interpolate(settings, means.environment), files };
}

/** Returns whether a setting stays below a layer: a layer with a listener replaces all listeners. */
function isKeptUnder(above: readonly Setting[]): (setting: Setting) => boolean {
  const isListener = ({ key }: Setting) => formatKey(key.slice(0, 2)) === "listeners.tcp";
  return above.some(isListener) ? (setting) => !isListener(setting) : () => true;
}

/** Returns the main file and those in the folder `conf.d` beside it, which override it. */
function configFiles(means: ConfigMeans, named: string | undefined): string[] {
  const { environment, configFolder } = means;
  const ofMachine = configFolder === undefined ? [] : DEFAULT_NAMES.map((name) => `${configFolder}/${name}`);
  const main = named ?? environment("RABBITMQ_CONFIG_FILE") ??
    [...DEFAULT_NAMES, ...ofMachine].find((file) => isThere(means, file));
  const others = environment("RABBITMQ_CONFIG_FILES");
  if (main === undefined) return others === undefined ? [] : filesIn(means, others);
  const path = withExtension(means, main);
  return [path, ...filesIn(means, others ?? `${prefixOf(path)}conf.d`)];
}

/** Adds `.conf` to a path, which RabbitMQ allows to be left out. */
const withExtension = (means: ConfigMeans, path: string): string =>
  !path.endsWith(".conf") && isThere(means, `${path}.conf`) ? `${path}.conf` : path;

/** Returns the `*.conf` files of a folder by name, written with `/*.conf` or without. */
function filesIn(means: ConfigMeans, pattern: string): string[] {
  const folder = pattern.replace(/[/\\](\*\.conf)?$/, "");
  return means.listFolder(folder).filter((name) => name.endsWith(".conf")).sort().map((name) => `${folder}/${name}`);
}

const isThere = (means: ConfigMeans, path: string): boolean => means.listFolder(folderOf(path)).includes(nameOf(path));

/** Keys of RabbitMQ's environment variables. */
const VARIABLES: Readonly<Record<string, string>> = {
  RABBITMQ_DEFAULT_USER: "default_user",
  RABBITMQ_DEFAULT_PASS: "default_pass",
  RABBITMQ_DEFAULT_VHOST: "default_vhost",
  RABBITMQ_NODENAME: "nodename",
};

function fromEnvironment(environment: Environment): Setting[] {
  const settings: Setting[] = [];
  const add = (variable: string, key: string, value: string) =>
    settings.push({ key: key.split("."), value, source: `environment variable ${variable}` });

  for (const [variable, key] of Object.entries(VARIABLES)) {
    const value = environment(variable);
    if (value !== undefined && value !== "") add(variable, key, value);
  }
  settings.push(...logSettings(environment), ...openTelemetrySettings(environment));
  const port = environment("RABBITMQ_NODE_PORT");
  const host = environment("RABBITMQ_NODE_IP_ADDRESS");
  if (port !== undefined && !/^\d+$/.test(port)) {
    throw new ConfigError(`environment variable RABBITMQ_NODE_PORT: This is a port: received "${port}".`);
  }
  if (host !== undefined && host !== "" && host !== "auto") {
    add("RABBITMQ_NODE_IP_ADDRESS", "listeners.tcp.environment", `${host}:${port ?? 5672}`);
  } else if (port !== undefined) add("RABBITMQ_NODE_PORT", "listeners.tcp.environment", port);
  return settings;
}
