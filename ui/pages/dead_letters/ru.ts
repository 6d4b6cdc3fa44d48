import { plural } from "../../i18n/locales.ts";
import type { DeadLetterTexts } from "./en.ts";

const messages = (count: number, shown: string) =>
  `${shown} ${plural("ru", count, { one: "сообщение", few: "сообщения", many: "сообщений", other: "сообщения" })}`;

/** Texts of the pages of dead letters, in Russian. */
export const ru: DeadLetterTexts = {
  title: "Мёртвые письма",
  queue: "Очередь",
  vhost: "Виртуальный хост",
  waiting: "Сообщений",
  from: "Мёртвые письма из",
  none: "Ни одна очередь не принимает мёртвые письма",
  noneHint: "Задайте очереди или политике обменник мёртвых писем, чтобы хранить отклонённое, просроченное и лишнее.",
  nothing: "Сообщений нет",
  nothingHint: "Ничего не умерло, либо всё забрано или отправлено назад.",
  groups: "Причины и происхождение",
  reason: "Причина",
  reasons: {
    rejected: "отклонено потребителем",
    expired: "срок истёк",
    maxlen: "нет места в очереди",
    delivery_limit: "слишком много доставок",
  },
  origin: "Умерло в очереди",
  count: "Сообщений",
  times: "Последняя смерть",
  look: "Посмотреть",
  resend: "Отправить назад",
  resendThis: (number) => `Отправить назад сообщение ${number}`,
  resendAll: "Отправить назад все",
  resendChosen: (count) => `Отправить назад выбранные (${count})`,
  choose: (number) => `Выбрать сообщение ${number}`,
  resendAllTitle: (queue) => `Отправить назад все мёртвые письма из ${queue}?`,
  resendAllText: "Каждое вернётся в очередь, где умерло последний раз. Если её уже нет, письмо останется здесь.",
  resendGroupTitle: (queue) => `Отправить эти мёртвые письма назад в ${queue}?`,
  resendGroupText:
    "Вернутся все сообщения, умершие так, даже не показанные, и те, что с тех пор умерли ещё и в другом месте.",
  resent: (resent, shown) => `Отправлено назад: ${messages(resent, shown)}.`,
  noneResent: "Ничего не отправлено: сообщение уже забрали, или очереди, где оно умерло, больше нет.",
  deaths: "Смерти, последняя сверху",
  exchange: "Опубликовано в обменник",
  routingKeys: "Ключи маршрутизации",
  deathCount: "Раз",
  time: "Когда",
  others: "Сообщения, которые не мёртвые письма",
  examined: (shown) =>
    `Просматриваются первые сообщения: ${shown}. Они остаются в очереди и не помечаются как доставленные повторно.`,
  shownOf: (shown, total) => `Показаны первые ${shown} из ${total}.`,
  openQueue: "Страница очереди",
  again: "Посмотреть ещё раз",
};
