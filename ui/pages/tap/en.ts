/** Texts of the live tap, in English. */
export const en = {
  title: "Live tap",
  hint: "Shows messages as they pass. Nothing is taken, marked as redelivered, bound or declared.",
  kind: "Look at",
  kindQueue: "a queue",
  kindExchange: "an exchange",
  name: "Name",
  start: "Start",
  stop: "Stop",
  running: "looking",
  limits: (count: string, kept: string) =>
    `Up to ${count} messages a second are shown, the others are counted. The last ${kept} messages are kept here.`,
  seen: (count: string) => `Messages shown: ${count}`,
  unseen: (count: string) => `passed unseen: ${count}`,
  dropped: (count: string) => `no longer kept: ${count}`,
  waiting: "No message has passed yet",
  waitingHint: "Messages that come from now on appear here. Look at those that wait already on the page of the queue.",
  ended: (reason: string) => `The broker has ended the tap: ${reason}.`,
};

export type TapTexts = typeof en;
