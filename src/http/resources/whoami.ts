import { ok } from "../reply.ts";
import type { Route } from "../route.ts";

export const WHOAMI: readonly Route[] = [
  {
    method: "GET",
    path: "/api/whoami",
    who: "management",
    summary: "Details of the user who is logged in.",
    handle: ({ user, node }) =>
      ok({ name: user.name, tags: user.tags, is_internal_user: node.topology.users.users.has(user.name) }),
  },
];
