import type { User } from "../../access/access.ts";
import type { Node } from "../../broker/node/node.ts";
import { ok } from "../reply.ts";
import type { Route } from "../route.ts";

export const WHOAMI: readonly Route[] = [
  {
    method: "GET",
    path: "/api/whoami",
    who: "management",
    summary: "Details of the user who is logged in.",
    handle: ({ user, node }) => ok(userDetails(node, user)),
  },
];

/** Returns a user who is logged in, as RabbitMQ describes one. */
export const userDetails = ({ topology }: Node, { name, tags }: User) => ({
  name,
  tags,
  is_internal_user: topology.users.users.has(name),
});
