/** Texts of the question where a message would go, in English. */
export const en = {
  title: "Where would this go?",
  hint: "Asks the broker for the route of a message. Nothing is published.",
  exchange: "Exchange",
  defaultExchange: "(default exchange)",
  exchangeHint: "Empty for the default exchange",
  routingKey: "Routing key",
  headers: "Headers",
  question: "Ask",
  nowhere: "It would go nowhere",
  nowhereHint: "No binding matches, and there is no alternate exchange that takes it. It would be returned or lost.",
  queues: "Queues that would get it",
  queue: "Queue",
  path: "Path",
  bindings: "Bindings that match",
  from: "From",
  to: "To",
  arguments: "Arguments",
  alternate: "alternate exchange",
  toQueue: "queue",
  toExchange: "exchange",
  delayed: (exchange: string) => `The exchange ${exchange} would delay it first.`,
};

export type RouteTexts = typeof en;
