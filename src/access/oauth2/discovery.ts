/** RabbitMQ's `auth_oauth2.*` for what an issuer publishes of itself. */
export interface DiscoveryOptions {
  /** Address of an issuer that publishes the address of its keys (OpenID Connect Discovery). */
  readonly issuer?: string;
  /** Default: `/.well-known/openid-configuration`. */
  readonly discovery_endpoint_path?: string;
  /** Query parameters of that address. */
  readonly discovery_endpoint_params?: Readonly<Record<string, string>>;
}

const DISCOVERY_PATH = "/.well-known/openid-configuration";

/** Returns the address of an issuer's metadata. */
export function discoveryAddress(
  issuer: string,
  { discovery_endpoint_path: path = DISCOVERY_PATH, discovery_endpoint_params: params }: DiscoveryOptions = {},
): string {
  const query = params === undefined ? "" : `?${new URLSearchParams(params)}`;
  return `${issuer.replace(/\/$/, "")}/${path.replace(/^\//, "")}${query}`;
}

/**
 * Returns whether an address that an issuer published can be used: one that was reached over TLS must not lead to where
 * answers can be exchanged on the way, or to a file.
 */
export function isUsableAddress(found: unknown, issuer: string): found is string {
  const protocol = typeof found === "string" && URL.canParse(found) ? new URL(found).protocol : "";
  return protocol === "https:" || (protocol === "http:" && issuer.startsWith("http:"));
}
