import { translated } from "../../i18n/locale.ts";
import { plural } from "../../i18n/locales.ts";

const en = {
  consumers: "Consumers",
  tag: "Consumer tag",
  channel: "Channel",
  queue: "Queue",
  acks: "Acknowledgements",
  byClient: "by the client",
  automatic: "automatic",
  prefetch: "Prefetch",
  unlimited: "no limit",
  exclusive: "Exclusive",
  activity: "Activity",
  timeout: "Timeout",
  arguments: "Arguments",
  health: "Pace",
  stuck: "stuck",
  stuckHint: (count: number, text: string) =>
    `It holds ${text} ${
      plural("en", count, { one: "message", other: "messages" })
    } and acknowledges none: see what its client waits for.`,
  slow: "slow",
  slowHint: (rate: string) =>
    `Its prefetch is full, and it acknowledges ${rate} while messages wait: add consumers, or make it faster.`,
  idle: "idle",
  idleHint: (since: string) => `Nothing has come to it since ${since}.`,
  idleHintNow: "Nothing comes to it now.",
  working: "working",
};

const ru: typeof en = {
  consumers: "Потребители",
  tag: "Метка потребителя",
  channel: "Канал",
  queue: "Очередь",
  acks: "Подтверждения",
  byClient: "от клиента",
  automatic: "автоматически",
  prefetch: "Prefetch",
  unlimited: "без предела",
  exclusive: "Исключительный",
  activity: "Состояние",
  timeout: "Время на подтв.",
  arguments: "Аргументы",
  health: "Темп",
  stuck: "застрял",
  stuckHint: (count, text) =>
    `Держит ${text} ${
      plural("ru", count, { one: "сообщение", few: "сообщения", many: "сообщений", other: "сообщений" })
    } и ни одного не подтверждает: узнайте, чего ждёт клиент.`,
  slow: "медленный",
  slowHint: (rate) =>
    `Prefetch исчерпан, подтверждает ${rate}, а сообщения ждут: добавьте потребителей или ускорьте его.`,
  idle: "без дела",
  idleHint: (since) => `Ничего не приходило с ${since}.`,
  idleHintNow: "Сейчас ничего не приходит.",
  working: "работает",
};

/** Returns the texts about consumers. */
export const consumerTexts = translated({ en, ru });
