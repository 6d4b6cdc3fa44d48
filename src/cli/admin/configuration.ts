import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";
import type { Surroundings } from "../ctl/find_broker.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import { missingSection, readSection } from "./config_file.ts";
import { died, misused } from "./failure.ts";
import { DEFAULTS, type Settings, SWITCHES } from "./switches.ts";

/** Keys of the configuration file. */
const KEYS = new Set([...SWITCHES.map(({ setting }) => setting), "declare_vhost"]);

/** Adds the settings of the configuration file and the defaults to those of switches. */
export function configure(
  switches: Settings,
  terminal: Terminal,
  environment: Surroundings["environment"],
  say: Say,
): Settings {
  const file = findFile(switches, terminal, environment);
  const settings = { ...DEFAULTS, ...fileSettings(file, switches, terminal), ...switches };
  if (settings.base_uri !== undefined) {
    Object.assign(settings, baseUriSettings(String(settings.base_uri), terminal, say));
  }
  return settings;
}

function findFile({ config }: Settings, terminal: Terminal, environment: Surroundings["environment"]) {
  if (config !== undefined) {
    if (!terminal.fileExists(String(config))) throw misused(phrase`Could not read config file '${config}'`);
    return String(config);
  }
  const home = environment("USERPROFILE") || environment("HOME");
  const file = `${home}/.rabbitmqadmin.conf`;
  return home !== undefined && terminal.fileExists(file) ? file : undefined;
}

function fileSettings(file: string | undefined, switches: Settings, terminal: Terminal): Settings {
  if (file === undefined) return {};
  const node = String(switches.node ?? DEFAULTS.node);
  let text: string;
  try {
    text = terminal.readTextFile(file);
  } catch {
    throw misused(phrase`Could not read config file '${file}'`);
  }
  const section = readSection(text, node, file);
  if (section === undefined) {
    if (node === DEFAULTS.node) return {};
    throw missingSection(node, file);
  }
  const settings: Settings = {};
  for (const [key, value] of section) {
    if (!KEYS.has(key)) {
      throw died(phrase`The config file '${file}' has an unknown key in the section '${node}': ${key}`);
    }
    settings[key] = value === "True" || value === "False" ? value === "True" : value;
  }
  return settings;
}

/** Returns the settings in a URI; its scheme and its path set nothing. */
function baseUriSettings(text: string, terminal: Terminal, say: Say): Settings {
  const authority = /^[a-z][\w+.-]*:\/\/([^/?#]*)([^?#]*)/i.exec(text);
  if (authority === null) throw misused(phrase`--base-uri is not a URI such as http://localhost:15672: ${text}`);
  const [, rest, path] = authority;
  const at = rest.lastIndexOf("@");
  const settings: Settings = {};
  if (at >= 0) {
    const user = rest.slice(0, at);
    const colon = user.indexOf(":");
    settings.username = colon < 0 ? user : user.slice(0, colon);
    if (colon >= 0) settings.password = user.slice(colon + 1);
  }
  const address = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rest.slice(at + 1));
  if (address === null) throw misused(phrase`--base-uri has no valid port: ${text}`);
  if (address[1] !== "") settings.hostname = address[1].toLowerCase();
  if (address[2] !== undefined) settings.port = address[2];
  if (path !== "" && path !== "/") {
    terminal.complain(
      say(
        phrase`WARNING: path in --base-uri is ignored. Please specify --vhost and/or --path-prefix separately.\n`,
      ),
    );
  }
  return settings;
}
