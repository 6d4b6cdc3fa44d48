import { promises as dns } from "node:dns";

/** Returns the name of an address by the system's look-up. Rejects when it has none. */
export async function hostNameOf(address: string): Promise<string> {
  // The port names a service, which nobody asks for.
  const { hostname } = await dns.lookupService(address, 0);
  return hostname;
}
