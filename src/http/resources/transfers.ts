import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { whenKnown } from "../../broker/session/fetch_many.ts";
import { copyMessages, EXAMINED_MAX, moveMessages, type TransferRequest } from "../../broker/session/transfer.ts";
import type { ObjectReader } from "../../definitions/object_reader.ts";
import type { MessageContent } from "../../store/message_content.ts";
import { integerIn } from "../body_fields.ts";
import { fetchRefusal } from "../channel_refusal.ts";
import { missing } from "../http_error.ts";
import { FILTER_KEYS, MessageFilter } from "../message_filter.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const PATH = "/api/queues/:vhost/:queue";
const COUNT = { min: 0, max: EXAMINED_MAX };
const COMMON = `With the optional keys count (default: all that are ready now, up to ${EXAMINED_MAX}) and filter, an ` +
  `object with the keys ${FILTER_KEYS}. The answer has the numbers of messages that went, that the filter skipped, and ` +
  "that a queue refused, which ends it.";

/** Messages that go from one queue to another (HareMQ only). */
export const TRANSFERS: readonly Route[] = [
  {
    method: "POST",
    path: `${PATH}/move`,
    who: "management",
    summary: "Moves messages to the queue that the key destination names. Each is removed when it is safe there. " +
      `${COMMON} HareMQ only.`,
    handle: (request) => transfer(request, "moved"),
  },
  {
    method: "POST",
    path: `${PATH}/copy`,
    who: "management",
    summary: `Copies messages to the queue that the key destination names. They stay untouched. ${COMMON} HareMQ only.`,
    handle: (request) => transfer(request, "copied"),
  },
  {
    method: "POST",
    path: `${PATH}/resend`,
    who: "management",
    summary:
      "Moves dead letters back to the queues in which they died, as their header x-death says: the last death, or " +
      `the last one that the filter wants. ${COMMON} HareMQ only.`,
    handle: resend,
  },
];

async function transfer(request: ApiRequest, verb: "moved" | "copied"): Promise<Reply> {
  checkSource(request);
  const body = await request.body(["destination"]);
  const destination = findDestination(request, body);
  const filter = new MessageFilter(body);
  const run = verb === "moved" ? moveMessages : copyMessages;
  return await reply(request, body, verb, run, (content) => filter.wants(content) ? destination : undefined);
}

async function resend(request: ApiRequest): Promise<Reply> {
  checkSource(request);
  const { vhost: { queues }, params } = request;
  const body = await request.body();
  const filter = new MessageFilter(body);
  return await reply(request, body, "resent", moveMessages, (content) => {
    const death = filter.wants(content) ? filter.deathOf(content) : undefined;
    return death === undefined || death.queue === params.queue ? undefined : queues.get(death.queue);
  });
}

function checkSource({ vhost, params }: ApiRequest): void {
  if (!vhost.queues.has(params.queue)) throw missing("queue_not_found");
}

function findDestination({ vhost, params }: ApiRequest, body: ObjectReader): AnyQueue {
  const name = body.text("destination");
  const queue = vhost.queues.get(name);
  if (queue === undefined) throw body.problem("destination", `no ${vhost.queuePhrase(name)}`);
  if (name === params.queue) throw body.problem("destination", "this is the queue itself");
  return queue;
}

async function reply(
  request: ApiRequest,
  body: ObjectReader,
  verb: string,
  run: typeof moveMessages,
  destinationOf: (content: MessageContent) => AnyQueue | undefined,
): Promise<Reply> {
  const count = integerIn(body, "count", COUNT) ?? EXAMINED_MAX;
  const { signal } = request.request;
  const asked: TransferRequest = {
    source: request.params.queue,
    count,
    destinationOf,
    isCancelled: () => signal.aborted,
  };
  const session = await request.openSession();
  try {
    // As if it were published to the queue by its name.
    await whenKnown(() => session.permissions.exchange("write", ""));
    const { transferred, skipped, refused } = await run(session, asked);
    return ok({ [verb]: transferred, skipped, refused });
  } catch (error) {
    throw fetchRefusal(error);
  }
}
