import { isPermitted, type Operation } from "../../access/access.ts";
import { whenKnown } from "../../broker/session/fetch_many.ts";
import { ChannelError } from "../../wire/error.ts";
import { exchangeName } from "../object_name.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const OPERATIONS: readonly Operation[] = ["configure", "write", "read"];

const SUMMARY =
  "Tells whether the user may configure, write and read, by three booleans. It need not exist. HareMQ only.";

/** What the user of a request may do (HareMQ only): the page hides what is refused. */
export const RIGHTS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/queues/:vhost/:queue/rights",
    who: "management",
    showsMonitors: true,
    summary: `The user's permissions for a queue. ${SUMMARY}`,
    handle: (request) => rights(request, "queue", request.params.queue),
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost/:exchange/rights",
    who: "management",
    showsMonitors: true,
    summary: `The user's permissions for an exchange. ${SUMMARY}`,
    handle: (request) => rights(request, "exchange", exchangeName(request.params.exchange)),
  },
];

async function rights(request: ApiRequest, kind: "queue" | "exchange", name: string): Promise<Reply> {
  const { access, user, vhost, peer } = request;
  if (!isPermitted(await access.mayOpen(user, vhost.name, { peer }))) {
    return ok({ configure: false, write: false, read: false });
  }
  const { permissions } = await request.openSession();
  const answers = OPERATIONS.map(async (operation) => [
    operation,
    await isAllowed(() => permissions[kind](operation, name)),
  ]);
  return ok(Object.fromEntries(await Promise.all(answers)));
}

async function isAllowed(check: () => void): Promise<boolean> {
  try {
    await whenKnown(check);
    return true;
  } catch (error) {
    if (error instanceof ChannelError) return false;
    throw error;
  }
}
