import type { Table } from "../../api/types.ts";

/** What a client says of itself, in the order in which people look for it. */
export interface ClientDescription {
  /** Library with its version and platform, such as "Pika Python Client Library 1.3.2". */
  readonly product: string;
  /** Names of the capabilities that it has. */
  readonly capabilities: readonly string[];
  /** All other properties. */
  readonly others: Table;
}

const PRODUCT = ["product", "version", "platform"] as const;

/** Sorts what a client says of itself at its login. */
export function describeClient({ capabilities, ...others }: Table): ClientDescription {
  const isTable = typeof capabilities === "object" && capabilities !== null && !Array.isArray(capabilities);
  return {
    product: PRODUCT.map((name) => others[name]).filter((value) => typeof value === "string").join(" "),
    capabilities: isTable ? Object.entries(capabilities).filter(([, has]) => has === true).map(([name]) => name) : [],
    others,
  };
}

/** Returns an address with its port, with brackets round an address of IPv6; `undefined` for none. */
export function hostAndPort(host: string | null, port: number | null): string | undefined {
  if (host === null) return undefined;
  const shown = host.includes(":") ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}

/** Returns whether a header of HTTP can carry a text as it is. */
export const isHeaderText = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
