import type { Address } from "../transport/transport.ts";

/**
 * Returns an address. An IPv4 peer of an IPv6 socket keeps its own. The host is missing when the peer is gone already.
 */
export const socketAddress = (host = "", port = 0): Address => ({ host: host.replace(/^::ffff:(?=\d+\.)/, ""), port });
