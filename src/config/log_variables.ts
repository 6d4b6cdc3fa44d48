import type { Environment } from "./interpolation.ts";
import type { Setting } from "./setting.ts";

/** Settings for values of RABBITMQ_LOGS, which names the only output. */
const OUTPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "-": { "log.console": "true", "log.console.stdio": "stdout", "log.file": "false" },
  "-stderr": { "log.console": "true", "log.console.stdio": "stderr", "log.file": "false" },
};

/** Pattern of outputs that only RabbitMQ has, which are reported. */
const FOREIGN_OUTPUT = /^(exchange|journald|syslog):/;

/** Settings for flags in RABBITMQ_LOG. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "+color": { "log.console.use_colors": "on" },
  "-color": { "log.console.use_colors": "off" },
  "+json": { "log.console.formatter": "json", "log.file.formatter": "json" },
  "-json": { "log.console.formatter": "plaintext", "log.file.formatter": "plaintext" },
};

/** Returns the settings in RabbitMQ's environment variables for logs. */
export function logSettings(environment: Environment): Setting[] {
  const settings: Setting[] = [];
  const add = (variable: string, values: Readonly<Record<string, string>>) => {
    for (const [key, value] of Object.entries(values)) {
      settings.push({ key: key.split("."), value, source: `environment variable ${variable}` });
    }
  };
  const outputs = environment("RABBITMQ_LOGS") ?? "";
  const [, foreign] = FOREIGN_OUTPUT.exec(outputs) ?? [];
  if (foreign !== undefined) add("RABBITMQ_LOGS", { [`log.${foreign}`]: "true" });
  else if (outputs !== "") add("RABBITMQ_LOGS", OUTPUTS[outputs] ?? { "log.console": "false", "log.file": outputs });

  const folder = environment("RABBITMQ_LOG_BASE") ?? "";
  if (folder !== "") add("RABBITMQ_LOG_BASE", { "log.dir": folder });

  for (const item of (environment("RABBITMQ_LOG") ?? "").split(",").filter((item) => item !== "")) {
    const [category, level] = item.includes("=") ? item.split("=") : ["default", item];
    add("RABBITMQ_LOG", FLAGS[item] ?? { [`log.${category}.level`]: level });
  }
  return settings;
}
