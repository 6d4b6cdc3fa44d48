import { writeAddress } from "./address.ts";

/** Name in RabbitMQ's addresses of the default exchange, whose name is empty. */
const DEFAULT_EXCHANGE = "amq.default";

/** Links to the pages of objects, as RabbitMQ's page has them. */
export const linkTo = {
  overview: () => "#/",
  node: (name: string) => writeAddress(["nodes", name]),
  connection: (name: string) => writeAddress(["connections", name]),
  channel: (name: string) => writeAddress(["channels", name]),
  exchange: (vhost: string, name: string) => writeAddress(["exchanges", vhost, name || DEFAULT_EXCHANGE]),
  queue: (vhost: string, name: string) => writeAddress(["queues", vhost, name]),
  user: (name: string) => writeAddress(["users", name]),
  vhost: (name: string) => writeAddress(["vhosts", name]),
  /** Tools, opened for an object. */
  tapOfQueue: (vhost: string, queue: string) => writeAddress(["tap"], { vhost, queue }),
  tapOfExchange: (vhost: string, exchange: string) => writeAddress(["tap"], { vhost, exchange }),
  route: (vhost: string, exchange: string) => writeAddress(["route"], { vhost, exchange }),
  deadLetters: (vhost: string, queue: string) => writeAddress(["dead-letters", vhost, queue]),
  policy: (vhost: string, name: string) => writeAddress(["policies", vhost, name]),
};
