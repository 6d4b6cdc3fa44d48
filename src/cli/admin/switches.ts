import { FORMAT_NAMES } from "./formats.ts";

/** Settings of a run, from switches and the configuration file, which has texts and booleans only. */
export type Settings = Record<string, string | number | boolean | undefined>;

/** A switch of the command line. */
export interface Switch {
  /** Its long name, such as `--host`. */
  readonly name: string;
  readonly letter?: string;
  /** Setting that it sets; also its key in the configuration file. */
  readonly setting: string;
  /** Value that it sets when it takes none. */
  readonly sets?: boolean;
  readonly isInteger?: boolean;
  /** Name of its value in the help. */
  readonly value?: string;
  readonly help: string;
}

/** Values of settings that neither a switch nor the configuration file sets. */
export const DEFAULTS: Settings = {
  hostname: "localhost",
  port: "15672",
  node: "default",
  path_prefix: "",
  declare_vhost: "/",
  username: "guest",
  password: "guest",
  ssl: false,
  ssl_insecure: false,
  ssl_disable_hostname_verification: false,
  request_timeout: 120,
  verbose: true,
  format: "table",
  depth: 1,
  bash_completion: false,
};

export const SWITCHES: readonly Switch[] = [
  {
    name: "--config",
    letter: "c",
    setting: "config",
    value: "CONFIG",
    help: "configuration file [default: ~/.rabbitmqadmin.conf]",
  },
  {
    name: "--node",
    letter: "N",
    setting: "node",
    value: "NODE",
    help: "node described in the configuration file [default: 'default' only if configuration file is specified]",
  },
  { name: "--host", letter: "H", setting: "hostname", value: "HOST", help: "connect to host HOST" },
  { name: "--port", letter: "P", setting: "port", value: "PORT", help: "connect to port PORT" },
  {
    name: "--path-prefix",
    setting: "path_prefix",
    help: "use specific URI path prefix for the RabbitMQ HTTP API. /api and operation path will be appended to it. " +
      "(default: blank string)",
  },
  {
    name: "--vhost",
    letter: "V",
    setting: "vhost",
    value: "VHOST",
    help: "connect to vhost VHOST [default: all vhosts for list, '/' for declare]",
  },
  {
    name: "--username",
    letter: "u",
    setting: "username",
    value: "USERNAME",
    help: "connect using username USERNAME",
  },
  {
    name: "--password",
    letter: "p",
    setting: "password",
    value: "PASSWORD",
    help: "connect using password PASSWORD",
  },
  {
    name: "--base-uri",
    letter: "U",
    setting: "base_uri",
    value: "URI",
    help: "connect using a base HTTP API URI. /api and operation path will be appended to it. Path will be ignored. " +
      "--vhost has to be provided separately.",
  },
  { name: "--quiet", letter: "q", setting: "verbose", sets: false, help: "suppress status messages" },
  { name: "--ssl", letter: "s", setting: "ssl", sets: true, help: "connect with ssl" },
  { name: "--ssl-key-file", setting: "ssl_key_file", help: "PEM format key file for SSL" },
  { name: "--ssl-cert-file", setting: "ssl_cert_file", help: "PEM format certificate file for SSL" },
  { name: "--ssl-ca-cert-file", setting: "ssl_ca_cert_file", help: "PEM format CA certificate file for SSL" },
  {
    name: "--ssl-disable-hostname-verification",
    setting: "ssl_disable_hostname_verification",
    sets: true,
    help: "Disables peer hostname verification",
  },
  {
    name: "--ssl-insecure",
    letter: "k",
    setting: "ssl_insecure",
    sets: true,
    help: "Disables all SSL validations like curl's '-k' argument",
  },
  {
    name: "--request-timeout",
    letter: "t",
    setting: "request_timeout",
    isInteger: true,
    help: "HTTP request timeout in seconds",
  },
  {
    name: "--format",
    letter: "f",
    setting: "format",
    help: `format for listing commands - one of [${FORMAT_NAMES.join(", ")}]`,
  },
  { name: "--sort", letter: "S", setting: "sort", help: "sort key for listing queries" },
  { name: "--sort-reverse", letter: "R", setting: "sort_reverse", sets: true, help: "reverse the sort order" },
  { name: "--depth", letter: "d", setting: "depth", help: "maximum depth to recurse for listing tables" },
  { name: "--bash-completion", setting: "bash_completion", sets: true, help: "Print bash completion script" },
  { name: "--version", setting: "version", sets: true, help: "Display version and exit" },
];

export const HELP: Switch = {
  name: "--help",
  letter: "h",
  setting: "help",
  sets: true,
  help: "show this help message and exit",
};
