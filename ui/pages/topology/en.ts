/** Texts of the topology, in English. */
export const en = {
  title: "Topology",
  hint: "From exchanges by bindings to queues and their consumers. Rates are of the last five seconds.",
  search: "Only what is connected with names that contain",
  none: "No exchange is bound to a queue here",
  noneHint: "Messages reach queues by the default exchange, which leads to all of them, or not at all.",
  cut: (shown: string, all: string) => `${shown} of ${all} objects are shown, the busiest ones. Search for others.`,
  legend: "States",
  states: {
    idle: "idle",
    flowing: "flowing",
    growing: "growing",
    stuck: "stuck",
  },
  stateHints: {
    idle: "nothing waits, nothing moves",
    flowing: "messages come and are delivered",
    growing: "more comes than is delivered",
    stuck: "messages wait, and none is delivered",
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
