/** Texts of the topology, in English. */
export const en = {
  title: "Topology",
  hint: "From exchanges by bindings to queues and their consumers. Rates are of the last five seconds.",
  search: "Only paths over names that contain",
  none: "No exchange is bound to a queue here",
  noneHint: "Messages reach queues by the default exchange, which leads to all of them, or not at all.",
  cut: (shown: string, all: string) =>
    `${shown} of ${all} exchanges and queues are shown, the busiest ones. Search for others.`,
  unread: (read: string, all: string) => `States are known of the ${read} longest of ${all} queues.`,
  legend: "States",
  states: {
    idle: "idle",
    flowing: "flowing",
    growing: "growing",
    stuck: "stuck",
    unread: "not read",
  },
  stateHints: {
    idle: "nothing waits, nothing moves",
    flowing: "messages come and are delivered",
    growing: "more comes than is delivered",
    stuck: "messages wait or are held, and none is delivered or acknowledged",
    unread: "it is not among the longest queues, so its state is unknown",
  },
  exchange: "exchange",
  queue: "queue",
  consumers: (count: string) => `consumers: ${count}`,
  ready: (count: string) => `ready: ${count}`,
  asTable: "As a table",
  from: "From",
  to: "To",
  by: "By",
  rate: "Rate",
  state: "State",
  delivered: "delivery",
  more: (count: number) => `… and ${count} more`,
};

export type TopologyTexts = typeof en;
