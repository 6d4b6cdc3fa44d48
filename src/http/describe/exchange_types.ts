import { EXCHANGE_TYPES } from "../../broker/exchange/exchange.ts";

/** Descriptions of exchange types, as RabbitMQ and its plugins have them. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  direct: "AMQP direct exchange, as per the AMQP specification",
  fanout: "AMQP fanout exchange, as per the AMQP specification",
  headers: "AMQP headers exchange, as per the AMQP specification",
  topic: "AMQP topic exchange, as per the AMQP specification",
  "x-consistent-hash": "Consistent Hashing Exchange",
  "x-delayed-message": "Delayed Message Exchange.",
  "x-jms-topic": "JMS topic exchange",
  "x-local-random": "Picks one random local binding (queue) to route via (to).",
  "x-message-deduplication": "Message Deduplication Exchange.",
  "x-modulus-hash": "Modulus Hashing Exchange",
  "x-random": "AMQP random exchange. Like a direct exchange, but randomly chooses who to route to.",
  "x-recent-history": "Recent History Exchange.",
};

/** The exchange types by name, as the API lists them. */
export const EXCHANGE_TYPE_LIST: readonly object[] = [...EXCHANGE_TYPES.keys()].sort().map((name) => ({
  name,
  description: DESCRIPTIONS[name],
  enabled: true,
}));
