import { readCount, readName } from "../value.ts";
import type { Effect } from "./effect.ts";
import type { Option, OptionValue } from "./option_keys.ts";
import { readTlsVersion } from "./tls.ts";

/** Options by the last parts of their keys. */
export type Options = Readonly<Record<string, Option>>;

/** Returns options with names that begin with a prefix. */
export const below = (prefix: string, options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [`${prefix}.${name}`, option]));

const readVerify = (value: string): OptionValue => readName(value, ["verify_peer", "verify_none"]);

const OLD_VERSIONS = ["tlsv1.1", "tlsv1", "sslv3"];
const whyOldVersion = (version: string): string | undefined =>
  OLD_VERSIONS.includes(version) ? "only TLS 1.2 and 1.3 are safe, and used" : undefined;

/** Keys of `https` sections: what is verified of servers. */
export const HTTPS: Options = {
  cacertfile: ["file with the certificates of authorities that verify servers"],
  verify: ["whether the certificates of servers are verified", readVerify, "verify_peer"],
  depth: ["maximum number of authorities between a server's certificate and one of cacertfile", readCount],
  hostname_verification: [
    "wildcard: a server's certificate may be one for all names in a domain; none: it must have the very name",
    (value) => readName(value, ["wildcard", "none"]),
    "wildcard",
  ],
};

/** Keys of `ssl_options` sections of a client of TLS. */
export const CLIENT_TLS: Options = {
  ...HTTPS,
  certfile: ["file with the broker's certificate"],
  keyfile: ["file with its key"],
  password: ["password of that key"],
  "versions.$version": ["versions of TLS that are used", readTlsVersion, "tlsv1.3, tlsv1.2", whyOldVersion],
  "ciphers.$cipher": ["ciphers that are used"],
  sni: ["name that servers are asked for and that their certificates must have; none: any name"],
};

/** Returns the effect of the key of a client of TLS with one supported value. */
export const fixedClientTls = (prefix: string): Record<string, Effect<object>> => ({
  [`${prefix}.crl_check`]: {
    help: "whether certificates are looked up in revocation lists",
    default: "false",
    apply: (_, value) => value === "false" ? undefined : "HareMQ does not look servers up in revocation lists",
  },
});
