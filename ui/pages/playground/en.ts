/** Texts of the playground, in English. */
export const en = {
  title: "Playground",
  hint: "Fill in where and what, and copy programs for your client. Publish really publishes.",
  host: "Host",
  port: "Port",
  user: "User",
  vhost: "Virtual host",
  exchange: "Exchange",
  exchangeHint: "Empty for the default exchange",
  queue: "Queue",
  routingKey: "Routing key",
  body: "Message",
  client: "Client",
  publish: "Publish",
  published: "The message is in a queue.",
  notRouted: "The message went nowhere: no queue is bound for this key.",
  producer: "Producer",
  consumer: "Consumer",
  password: "Put your password in place of PASSWORD.",
  where: "Where would this go?",
};

export type PlaygroundTexts = typeof en;
