/** Name of the broker that tabs share when no other one is given. */
export const DEFAULT_NAME = "haremq";

/**
 * A message on the channel where tabs and their broker meet. Each connection then has a channel of its own, as a port can't
 * be sent over a channel.
 */
export type Rendezvous =
  /** A broker serves from now on. */
  | { readonly type: "serving" }
  /** A tab wants a connection of this id, on whose channel it listens. */
  | { readonly type: "connect"; readonly id: string }
  /** The broker has accepted that, and listens there too. */
  | { readonly type: "accepted"; readonly id: string };

/** Names of a connection's channel, and of the locks that its two sides hold as long as they live. */
export const namesOf = (name: string, id: string) => ({
  channel: `${name}/${id}`,
  brokerLock: `${name}/${id}/broker`,
  clientLock: `${name}/${id}/client`,
});
