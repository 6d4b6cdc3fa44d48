import type { RouteTexts } from "./en.ts";

/** Texts of the question where a message would go, in Russian. */
export const ru: RouteTexts = {
  title: "Куда попадёт сообщение?",
  hint: "Спрашивает у брокера маршрут сообщения. Ничего не публикуется.",
  exchange: "Обменник",
  defaultExchange: "(обменник по умолчанию)",
  exchangeHint: "Пусто для обменника по умолчанию",
  routingKey: "Ключ маршрутизации",
  headers: "Заголовки",
  question: "Спросить",
  nowhere: "Никуда не попадёт",
  nowhereHint: "Ни одна привязка не подходит, и нет запасного обменника. Сообщение вернётся или пропадёт.",
  queues: "Очереди, которые его получат",
  queue: "Очередь",
  path: "Путь",
  bindings: "Подходящие привязки",
  from: "Откуда",
  to: "Куда",
  arguments: "Аргументы",
  alternate: "запасной обменник",
  toQueue: "очередь",
  toExchange: "обменник",
  delayed: (exchange) => `Обменник ${exchange} сначала задержит его.`,
};
