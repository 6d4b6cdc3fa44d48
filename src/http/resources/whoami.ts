import type { User } from "../../access/access.ts";
import type { ManagementHost } from "../management_host.ts";
import { ok } from "../reply.ts";
import type { Route } from "../route.ts";

export const WHOAMI: readonly Route[] = [
  {
    method: "GET",
    path: "/api/whoami",
    who: "management",
    summary: "Details of the user who is logged in.",
    handle: ({ user, host }) => ok(userDetails(host, user)),
  },
];

/** Returns a user who is logged in, as RabbitMQ describes one. */
export const userDetails = ({ node, options: { loginSessionTimeout } }: ManagementHost, { name, tags }: User) => ({
  name,
  tags,
  is_internal_user: node.topology.users.users.has(name),
  // Left out where there is none.
  login_session_timeout: loginSessionTimeout,
});
