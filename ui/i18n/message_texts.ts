import { translated } from "./locale.ts";

const en = {
  message: (number: string) => `Message ${number}`,
  exchange: "Exchange",
  defaultExchange: "(default exchange)",
  routingKey: "Routing key",
  redelivered: "redelivered",
  properties: "Properties",
  headers: "Headers",
  size: "Size",
  cutTo: (shown: string) => `The first ${shown} are shown.`,
  behind: (count: string) => `${count} behind it`,
};

const ru: typeof en = {
  message: (number) => `Сообщение ${number}`,
  exchange: "Обменник",
  defaultExchange: "(обменник по умолчанию)",
  routingKey: "Ключ маршрутизации",
  redelivered: "доставлено повторно",
  properties: "Свойства",
  headers: "Заголовки",
  size: "Размер",
  cutTo: (shown) => `Показано начало: ${shown}.`,
  behind: (count) => `за ним ещё ${count}`,
};

/** Returns the texts about a message. */
export const messageTexts = translated({ en, ru });
