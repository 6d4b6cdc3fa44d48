import { plural } from "../../i18n/locales.ts";

const bindings = (count: number) => plural("en", count, { one: "binding", other: "bindings" });

export const en = {
  title: "Exchanges",
  none: "There are no exchanges",
  noneHint: "Each virtual host has some of its own: you may see none.",
  name: "Name",
  defaultExchange: "(default exchange)",
  type: "Type",
  features: "Features",
  policy: "Policy",
  operatorPolicy: "Operator policy",
  rateIn: "In",
  rateOut: "Out",
  durable: "durable",
  transient: "transient",
  autoDelete: "auto-delete",
  internal: "internal",
  delayed: "delays",
  arguments: "Arguments",
  addedBy: "Added by",

  declare: "Add an exchange",
  declareAction: "Add exchange",
  declared: (name: string) => `Exchange ${name} is there.`,
  durability: "Durability",
  isDurable: "Durable: survives a restart",
  isTransient: "Transient",
  deletesItself: "Delete it when its last binding is gone",
  isInternal: "Internal: clients can't publish to it, only exchanges",
  usedFor: {
    direct: "To the queues whose binding has the routing key.",
    fanout: "To all queues that are bound.",
    topic: "By patterns of words: * stands for one, # for any number.",
    headers: "By the headers that a binding's arguments name.",
    "x-consistent-hash": "Spreads messages over queues by a hash of the routing key; binding keys are weights.",
    "x-modulus-hash": "Spreads messages over queues by a hash of the routing key.",
    "x-random": "To one of the queues with the binding key, at random.",
    "x-local-random": "To one of the queues that are bound, at random.",
    "x-recent-history": "To all queues that are bound; a new one gets the last messages too.",
    "x-jms-topic": "By a selector in a binding's arguments.",
    "x-delayed-message": "Holds a message back for the milliseconds in its header x-delay.",
    "x-message-deduplication": "Drops messages whose x-deduplication-header was seen before.",
  } as Readonly<Record<string, string>>,
  argumentHelp: {
    "alternate-exchange": "Exchange that gets the messages that go to no queue.",
    "x-delayed-type": "Type by which messages are routed after their delay. It is needed.",
    "x-delayed-exchange": "Lets it delay messages by their header x-delay.",
    "hash-header": "Header that is hashed in place of the routing key.",
    "hash-property": "Property that is hashed: correlation_id, message_id or timestamp.",
    "x-recent-history-length": "Number of messages that are kept for new queues.",
    "x-cache-size": "Number of headers that are remembered. It is needed.",
    "x-cache-ttl": "Milliseconds for which a header is remembered.",
    "x-cache-persistence": "Where headers are remembered.",
  },

  parts: "Parts of the exchange",
  overview: "Overview",
  bindings: "Bindings",
  publish: "Publish",
  chart: "Message rates",
  details: "Details",
  defaultHint: "It routes each message to the queue whose name is the routing key. It can't be bound, or deleted.",
  bindingsFrom: "From this exchange",
  bindingsTo: "To this exchange",
  noBindingsFrom: "Nothing is bound to it",
  noBindingsFromHint: "What is published to it is dropped, or goes to its alternate exchange.",
  bindTo: "Bind a queue or an exchange to this exchange",
  bindFrom: "Bind this exchange to another one",
  isInternalHint: "Clients can't publish to an internal exchange: it gets messages by its bindings.",

  remove: "Delete",
  removeTitle: (name: string) => `Delete exchange ${name}?`,
  removeText: (count: number, text: string) =>
    count === 0
      ? "It has no bindings. Who publishes to it then gets an error."
      : `It goes with its ${text} ${bindings(count)}. Who publishes to it then gets an error.`,
  removed: (name: string) => `Exchange ${name} is deleted.`,
};

export type ExchangeTexts = typeof en;
