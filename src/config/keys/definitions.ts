import { readBoolean, readName } from "../value.ts";
import { CLIENT_TLS, type Options } from "./client_tls.ts";
import type { Effect, Effects } from "./effect.ts";
import { optionKeys, type OptionTree } from "./option_keys.ts";

/** Sources of the definitions that a start imports, by RabbitMQ's names of them and of its modules. */
const BACKENDS: Readonly<Record<string, "local" | "https">> = {
  local_filesystem: "local",
  local: "local",
  rabbitmq_definitions_import_local_filesystem: "local",
  rabbit_definitions_import_local_filesystem: "local",
  https: "https",
  http: "https",
  rabbitmq_definitions_import_https: "https",
  rabbit_definitions_import_https: "https",
};

/** The definitions that a start imports. */
export interface DefinitionsConfig {
  /** Files or folders, by the key that names them. */
  readonly loadDefinitions?: Readonly<Record<string, string>>;
  readonly definitionsBackend?: "local" | "https";
  readonly definitionsPath?: string;
  readonly definitionsUrl?: string;
  /** TLS of the connection to a server with definitions. */
  readonly definitionsTls?: OptionTree;
  /** True when a start does not import unchanged definitions again. */
  readonly skipsUnchangedDefinitions?: boolean;
}

type Draft = { -readonly [Name in keyof DefinitionsConfig]: DefinitionsConfig[Name] };

const load = (key: string): Effect<Draft> => ({
  help: "a file with definitions, or a folder of such files, which each start imports",
  apply: (draft, value) =>
    void (draft.loadDefinitions = value === "none" ? undefined : { ...draft.loadDefinitions, [key]: value }),
});

const onlyServers = (help: string): Effect<Draft> => ({ help, apply: () => "it is for servers" });
const byRuntime = (help: string): Effect<Draft> => ({ help, apply: () => "the runtime decides about it" });

/**
 * Refuses a key that would make a connection safer, and that no runtime offers: ignoring it would be a silent
 * downgrade.
 */
const refused = (help: string): Effect<Draft> => ({
  help,
  apply: () => {
    throw new RangeError("the runtimes have nothing like it for requests: leave it out.");
  },
});

/** Returns options without one that RabbitMQ does not have for definitions. */
const withoutNames = ({ sni: _, hostname_verification: __, ...others }: Options): Options => others;

export const DEFINITIONS: Effects<Draft> = {
  load_definitions: load("load_definitions"),
  "management.load_definitions": load("management.load_definitions"),
  "definitions.import_backend": {
    help: "where the definitions are that each start imports: local_filesystem or https",
    apply: (draft, value) => void (draft.definitionsBackend = BACKENDS[readName(value, Object.keys(BACKENDS))]),
  },
  "definitions.local.path": {
    help: "the file or folder of the backend local_filesystem",
    apply: (draft, value) => void (draft.definitionsPath = value),
  },
  "definitions.skip_if_unchanged": {
    help: "whether definitions are imported only when they have changed since the last start",
    default: "false",
    apply: (draft, value) => void (draft.skipsUnchangedDefinitions = readBoolean(value)),
  },
  "definitions.hashing.algorithm": {
    help: "how changes of definitions are found",
    default: "sha256",
    apply: (_, value) => value === "sha256" ? undefined : "it is always sha256",
  },
  "definitions.https.url": {
    help: "the address of the backend https",
    apply(draft, url) {
      if (!/^https?:\/\/./.test(url) || !URL.canParse(url)) {
        throw new RangeError("This is an address that begins with https://.");
      }
      draft.definitionsUrl = url;
    },
  },
  ...optionKeys("definitionsTls", "definitions.tls", withoutNames(CLIENT_TLS)),
  "definitions.tls.fail_if_no_peer_cert": onlyServers("whether a peer has to have a certificate"),
  "definitions.tls.dh": onlyServers("parameters of Diffie-Hellman"),
  "definitions.tls.reuse_session": byRuntime("whether sessions are resumed"),
  "definitions.tls.reuse_sessions": byRuntime("whether sessions are resumed"),
  "definitions.tls.secure_renegotiate": byRuntime("whether renegotiation has to be secure"),
  "definitions.tls.log_alert": byRuntime("whether alerts are logged"),
  "definitions.tls.log_level": byRuntime("the least of what TLS logs"),
  "definitions.tls.cert": refused("a certificate in DER format"),
  "definitions.tls.crl_check": {
    help: "whether certificates are looked up in revocation lists",
    default: "false",
    apply(_, value) {
      if (value !== "false") throw new RangeError("HareMQ does not look servers up in revocation lists: leave it out.");
    },
  },
};
