import { phrase } from "../../../phrase/phrase.ts";
import { type Call, isJson } from "../call.ts";
import { badArgument } from "../command_error.ts";
import type { Command } from "../command.ts";
import { writeErlang } from "../formatters/erlang.ts";
import { list, type Result, value } from "../result.ts";
import { atom, Dictionary, type Term, Tuple } from "../term.ts";
import { DIAGNOSTICS } from "../tools.ts";
import { type ListenerAnswer, listenerOf, listenerRow } from "../listener.ts";

/** Commands that show what TLS a server has. */
export const TLS_COMMANDS: readonly Command[] = [
  {
    name: "certificates",
    tools: DIAGNOSTICS,
    section: "configuration",
    description: "Displays certificates (public keys) for every listener on target node that is configured to use TLS",
    usage: "certificates",
    guides: ["configure", "ssl"],
    formatter: "erlang",
    takes: [0, 0],
    banner: async (call) => phrase`Certificates of node ${await call.node()} ...`,
    async run(call) {
      const { listeners } = await tlsOf(call);
      return listeners.length === 0 ? value(new Dictionary({})) : list(listeners.map(certificatesOf));
    },
  },
  {
    name: "cipher_suites",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists cipher suites enabled by default. To list all available cipher suites, add the --all argument.",
    usage: "cipher_suites [--format <openssl | erlang | map>] [--all]",
    help: [["--format", "output format to use: openssl, erlang or map"], ["--all", "list all available suites"]],
    switches: { format: "string", all: "boolean" },
    hasTimeout: true,
    takes: [0, 0],
    defaults: { format: "openssl" },
    check(_args, options) {
      if (!Object.hasOwn(BANNERS, formatOf(options))) {
        throw badArgument(phrase`Format should be either openssl, erlang or map`);
      }
    },
    banner: (call) => BANNERS[formatOf(call.options)],
    run: listCipherSuites,
  },
  {
    name: "tls_versions",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists TLS versions supported (but not necessarily allowed) on the target node",
    usage: "tls_versions",
    hasTimeout: true,
    formatter: "lines",
    takes: [0, 0],
    banner: () => phrase`Listing all TLS versions supported by the runtime...`,
    async run(call) {
      const { versions } = await tlsOf(call);
      if (isJson(call)) return value(new Dictionary({ versions }));
      return value(call.options.formatter === "erlang" ? versions.map(atom) : versions);
    },
  },
];

/** An answer of the management API. */
interface TlsAnswer {
  readonly versions: readonly string[];
  readonly cipher_suites: readonly SuiteAnswer[];
  readonly listeners: readonly TlsListenerAnswer[];
}

interface SuiteAnswer {
  readonly name: string;
  readonly key_exchange: string;
  readonly cipher: string;
  readonly mac: string;
  readonly prf: string;
  readonly default: boolean;
}

interface TlsListenerAnswer extends ListenerAnswer {
  readonly certfile: string;
  readonly cacertfile?: string;
}

const tlsOf = async ({ api }: Call): Promise<TlsAnswer> => await api.get("/api/node/tls") as unknown as TlsAnswer;

function certificatesOf({ certfile, cacertfile, ...answer }: TlsListenerAnswer): Dictionary {
  const row = Object.fromEntries(listenerRow(listenerOf(answer)).entries);
  const names = { node: atom(answer.node), protocol: atom(answer.protocol) };
  return new Dictionary({ ...row, ...names, certfile, cacertfile: cacertfile ?? null }, "atoms");
}

const BANNERS = {
  openssl: phrase`Listing available cipher suites in OpenSSL format`,
  erlang: phrase`Listing available cipher suites in Erlang term format`,
  map: phrase`Listing available cipher suites in map format`,
};

const formatOf = ({ format }: Call["options"]): keyof typeof BANNERS =>
  String(format).toLowerCase() as keyof typeof BANNERS;

async function listCipherSuites(call: Call): Promise<Result> {
  const { options } = call;
  const { cipher_suites: suites } = await tlsOf(call);
  const format = formatOf(options);
  const isShown = options.all === true ? () => true : (suite: SuiteAnswer) => suite.default;
  const terms = suites.filter(isShown).map(FORMATS[format]);
  if (options.formatter !== undefined) return list(options.formatter === "erlang" ? terms.map(asCharacters) : terms);
  if (format === "openssl") return list(terms);
  const items = terms.map((term, at) => (at === 0 ? "" : ",") + writeErlang(term));
  return list(["[", ...items, "]"]);
}

const FORMATS: Readonly<Record<keyof typeof BANNERS, (suite: SuiteAnswer) => Term>> = {
  openssl: ({ name }) => name,
  // Erlang has no function behind a cipher whose version of TLS decides about it.
  erlang: ({ key_exchange: keyExchange, cipher, mac, prf }) =>
    new Tuple(...[keyExchange, cipher, mac, ...prf === "default_prf" ? [] : [prf]].map(atom)),
  map: ({ key_exchange, cipher, mac, prf }) =>
    new Dictionary({ key_exchange: atom(key_exchange), cipher: atom(cipher), mac: atom(mac), prf: atom(prf) }, "atoms"),
};

/** Returns a text as Erlang's list of characters. */
const asCharacters = (term: Term): Term =>
  typeof term === "string" ? [...term].map((character) => character.codePointAt(0)!) : term;
