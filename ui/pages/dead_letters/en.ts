import { plural } from "../../i18n/locales.ts";

const messages = (count: number, shown: string) =>
  `${shown} ${plural("en", count, { one: "message", other: "messages" })}`;

/** Texts of the pages of dead letters, in English. */
export const en = {
  title: "Dead letters",
  queue: "Queue",
  vhost: "Virtual host",
  waiting: "Messages",
  from: "Dead letters of",
  none: "No queue takes dead letters",
  noneHint: "Give a queue or a policy a dead letter exchange to keep what is rejected, expires or has no room.",
  nothing: "There are no messages",
  nothingHint: "Nothing has died, or all was taken or sent back.",
  groups: "Reasons and origins",
  reason: "Reason",
  reasons: {
    rejected: "rejected by a consumer",
    expired: "expired",
    maxlen: "no room in the queue",
    delivery_limit: "delivered too often",
  } as Readonly<Record<string, string>>,
  origin: "Died in queue",
  count: "Messages",
  times: "Last death",
  look: "Look",
  resend: "Send back",
  resendThis: (number: string) => `Send back message ${number}`,
  resendAll: "Send all back",
  resendChosen: (count: string) => `Send back chosen (${count})`,
  choose: (number: string) => `Choose message ${number}`,
  resendAllTitle: (queue: string) => `Send all dead letters of ${queue} back?`,
  resendAllText: "Each goes to the queue in which it died last. Where that queue is gone, it stays here.",
  resendGroupTitle: (queue: string) => `Send these dead letters back to ${queue}?`,
  resendGroupText:
    "All messages here that died so go back, even those that are not shown, and those that died elsewhere since then.",
  resent: (resent: number, shown: string) => `${messages(resent, shown)} sent back.`,
  noneResent: "No message was sent back: it was taken meanwhile, or the queue in which it died is gone.",
  deaths: "Deaths, the last one first",
  exchange: "Published to exchange",
  routingKeys: "Routing keys",
  deathCount: "Times",
  time: "When",
  others: "Messages that are no dead letters",
  examined: (shown: string) =>
    `The first ${shown} messages are examined. They stay in the queue and are not marked as redelivered.`,
  shownOf: (shown: string, total: string) => `The first ${shown} of ${total} are shown.`,
  openQueue: "Queue's page",
  again: "Look again",
};

export type DeadLetterTexts = typeof en;
