/** Texts of the live tap, in English. */
export const en = {
  title: "Live tap",
  hint: "Looks at messages while they wait. Nothing is taken, marked as redelivered, bound or declared.",
  kind: "Look at",
  kindQueue: "a queue",
  kindExchange: "what waits in the queues of an exchange",
  name: "Name",
  start: "Start",
  stop: "Stop",
  running: "looking",
  limits: (count: string, kept: string) =>
    `A sample: each second the first ${count} messages of a queue. What consumers take between two looks, and what ` +
    `stands further behind, is not seen. The last ${kept} messages are kept here.`,
  onlyQueues: (count: string) =>
    `Up to ${count} queues that are bound to the exchange itself are looked at, no streams.`,
  seen: (count: string) => `Messages seen: ${count}`,
  dropped: (count: string) => `no longer kept: ${count}`,
  waiting: "No message waits",
  waitingHint: "They come here when they are seen in a queue.",
  noQueue: "No queue is bound to this exchange.",
  isStream: "A stream has offsets: look at it on its own page.",
};

export type TapTexts = typeof en;
