import { translated } from "../../i18n/locale.ts";
import { plural } from "../../i18n/locales.ts";

const en = {
  title: "Message rates breakdown",
  incoming: "Incoming",
  outgoing: "Outgoing",
  publishes: "Publishes",
  deliveries: "Deliveries",
  channel: "Channel",
  exchange: "Exchange",
  queue: "Queue",
  defaultExchange: "(default exchange)",
  publish: "Publish",
  confirm: "Confirm",
  deliver: "Deliver / get",
  ack: "Acknowledge",
  none: "None",
  more: (count: number, text: string) =>
    `${text} ${plural("en", count, { one: "slower one is", other: "slower ones are" })} not shown.`,
};

const ru: typeof en = {
  title: "Скорости по парам",
  incoming: "Приход",
  outgoing: "Уход",
  publishes: "Публикации",
  deliveries: "Доставка",
  channel: "Канал",
  exchange: "Обменник",
  queue: "Очередь",
  defaultExchange: "(обменник по умолчанию)",
  publish: "Публикация",
  confirm: "Подтверждение публикации",
  deliver: "Доставка / get",
  ack: "Подтверждение",
  none: "Нет",
  more: (count, text) =>
    `Не ${plural("ru", count, { one: "показана", few: "показаны", many: "показано", other: "показано" })} ещё ${text} ${
      plural("ru", count, {
        one: "более медленная",
        few: "более медленные",
        many: "более медленных",
        other: "более медленных",
      })
    }.`,
};

/** Returns the texts about pairs of channel, exchange and queue. */
export const pairTexts = translated({ en, ru });
