import type { Address } from "../transport/transport.ts";

/** Returns whether a host is given by its address, which can't be the name of a server in TLS. */
export const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

/**
 * Returns an address. An IPv4 peer of an IPv6 socket keeps its own. The host is missing when the peer is gone already.
 */
export const socketAddress = (host = "", port = 0): Address => ({ host: host.replace(/^::ffff:(?=\d+\.)/, ""), port });
