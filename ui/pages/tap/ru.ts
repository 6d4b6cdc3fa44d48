import type { TapTexts } from "./en.ts";

/** Texts of the live tap, in Russian. */
export const ru: TapTexts = {
  title: "Живой просмотр",
  hint: "Показывает сообщения на лету. Ничего не забирается, не помечается, не привязывается и не создаётся.",
  kind: "Смотреть",
  kindQueue: "очередь",
  kindExchange: "обменник",
  name: "Имя",
  start: "Начать",
  stop: "Остановить",
  running: "идёт просмотр",
  limits: (count, kept) =>
    `Показывается до ${count} сообщений в секунду, остальные только считаются. Здесь хранятся последние ${kept}.`,
  seen: (count) => `Показано сообщений: ${count}`,
  unseen: (count) => `прошло без показа: ${count}`,
  dropped: (count) => `больше не хранится: ${count}`,
  waiting: "Пока ни одно сообщение не прошло",
  waitingHint: "Новые сообщения появятся здесь. Уже ожидающие видны на странице очереди.",
  ended: (reason) => `Брокер завершил просмотр: ${reason}.`,
};
