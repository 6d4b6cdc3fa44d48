import type { PlaygroundTexts } from "./en.ts";

/** Texts of the playground, in Russian. */
export const ru: PlaygroundTexts = {
  title: "Песочница",
  hint: "Укажите, куда и что отправить, и скопируйте программы для своего клиента. Кнопка публикует по-настоящему.",
  host: "Хост",
  port: "Порт",
  user: "Пользователь",
  vhost: "Виртуальный хост",
  exchange: "Обменник",
  exchangeHint: "Пусто для обменника по умолчанию",
  queue: "Очередь",
  routingKey: "Ключ маршрутизации",
  body: "Сообщение",
  client: "Клиент",
  publish: "Опубликовать",
  published: "Сообщение в очереди.",
  notRouted: "Сообщение никуда не попало: для этого ключа нет привязанной очереди.",
  producer: "Отправитель",
  consumer: "Потребитель",
  password: "Подставьте свой пароль вместо PASSWORD.",
  where: "Куда попадёт сообщение?",
};
