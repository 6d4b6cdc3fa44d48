import { parseIpAddress } from "./ip_address.ts";

interface Network {
  readonly address: Uint8Array;
  /** Length of the network's prefix. In bits. */
  readonly bits: number;
}

/** The proxies whose PROXY headers are accepted. RabbitMQ accepts those of all. */
export class TrustedProxies {
  readonly #networks: readonly Network[] | undefined;

  /** Addresses and networks such as `10.0.0.0/8`; all proxies are trusted without them. */
  constructor(networks?: readonly string[]) {
    this.#networks = networks?.map((text) => parseNetwork(text)!);
  }

  static isNetwork(text: string): boolean {
    return parseNetwork(text) !== undefined;
  }

  /** Returns whether a proxy at this address is trusted. */
  has(host: string): boolean {
    const address = parseIpAddress(host);
    return this.#networks?.some((network) => address !== undefined && contains(network, address)) ?? true;
  }
}

function parseNetwork(text: string): Network | undefined {
  const [, host, digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = host === undefined ? undefined : parseIpAddress(host);
  if (address === undefined) return undefined;
  const most = address.length * 8;
  const bits = digits === undefined ? most : Number(digits);
  return bits <= most ? { address, bits } : undefined;
}

function contains({ address: network, bits }: Network, address: Uint8Array): boolean {
  if (network.length !== address.length) return false;
  return network.every((byte, at) => {
    const counting = Math.min(Math.max(bits - at * 8, 0), 8);
    const mask = 0xff << (8 - counting) & 0xff;
    return (byte & mask) === (address[at] & mask);
  });
}
