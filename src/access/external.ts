import type { PeerCertificate } from "../transport/transport.ts";
import { type Mechanism, resultOf } from "./sasl.ts";

/** The place of a user's name in its certificate. */
export interface ExternalOptions {
  /** Default: `distinguished_name`. */
  readonly ssl_cert_login_from?: "distinguished_name" | "common_name" | "subject_alternative_name" | "subject_alt_name";
  /** Type of the `subject_alternative_name`. Default: `dns`. */
  readonly ssl_cert_login_san_type?: "dns" | "ip" | "email" | "uri" | "other_name";
  /** Index of the name among those of its type. Default: 0. */
  readonly ssl_cert_login_san_index?: number;
}

/** The fields of a certificate's alternative names, by RabbitMQ's names of their types. */
const ALTERNATIVE_NAME_TYPES = {
  dns: "dns",
  ip: "ip",
  email: "email",
  uri: "uri",
  other_name: "other",
} as const;

type NameOf = (certificate: PeerCertificate, options: ExternalOptions) => string | undefined;

const alternativeName: NameOf = ({ alternativeNames }, options) => {
  const type = ALTERNATIVE_NAME_TYPES[options.ssl_cert_login_san_type ?? "dns"];
  return alternativeNames.filter((name) => name.type === type)[options.ssl_cert_login_san_index ?? 0]?.value;
};

/** Readers of the name, by RabbitMQ's `ssl_cert_login_from`. */
const NAMES = {
  distinguished_name: ({ subject }) => subject,
  common_name: ({ commonName }) => commonName,
  subject_alternative_name: alternativeName,
  subject_alt_name: alternativeName,
} satisfies Record<string, NameOf>;

/**
 * The SASL mechanism EXTERNAL: a peer logs in as the user named in its certificate, which was verified in the TLS
 * handshake. The user must exist. Only peers with a certificate are offered it.
 */
export function external(options: ExternalOptions = {}): Mechanism {
  const nameOf: NameOf = NAMES[options.ssl_cert_login_from ?? "distinguished_name"];
  return {
    name: "EXTERNAL",
    isOfferedTo: ({ certificate }) => certificate !== undefined,
    begin: (access, peer) => ({
      respond() {
        if (peer.certificate === undefined) {
          return { refused: "connection peer presented no TLS (x.509) certificate" };
        }
        const username = nameOf(peer.certificate, options);
        if (username === undefined || username === "") return { refused: "no name found in the peer's certificate" };
        return resultOf(access.login({ username, peer }), username);
      },
    }),
  };
}
