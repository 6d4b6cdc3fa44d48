import { translated } from "../../i18n/locale.ts";

const en = {
  publish: "Publish a message",
  routingKey: "Routing key",
  deliveryMode: "Delivery mode",
  persistentMessage: "2 – persistent",
  transientMessage: "1 – transient",
  properties: "Properties",
  headers: "Headers",
  addHeader: "Add a header",
  payload: "Payload",
  payloadAs: "Payload is",
  text: "text",
  base64: "base64",
  publishAction: "Publish message",
  published: "The message is in the queue.",
  routed: "The message was routed to a queue.",
  notRouted: "The message was routed to no queue.",
  help: {
    content_type: "Type of the payload, such as application/json.",
    content_encoding: "Such as gzip.",
    priority: "From 0 to 255, in queues with x-max-priority.",
    correlation_id: "Request that it replies to.",
    reply_to: "Queue that replies go to.",
    expiration: "Milliseconds after which it expires.",
    message_id: "Name of the message.",
    timestamp: "Seconds since 1970.",
    type: "Kind of the message, for the application.",
    user_id: "Has to be the user who is logged in.",
    app_id: "Application that publishes.",
    cluster_id: "Not used any more.",
  },
};

const ru: typeof en = {
  publish: "Опубликовать сообщение",
  routingKey: "Ключ маршрутизации",
  deliveryMode: "Режим доставки",
  persistentMessage: "2 – долговечное",
  transientMessage: "1 – временное",
  properties: "Свойства",
  headers: "Заголовки",
  addHeader: "Добавить заголовок",
  payload: "Тело",
  payloadAs: "Тело задано как",
  text: "текст",
  base64: "base64",
  publishAction: "Опубликовать",
  published: "Сообщение в очереди.",
  routed: "Сообщение попало в очередь.",
  notRouted: "Сообщение не попало ни в одну очередь.",
  help: {
    content_type: "Тип тела, например application/json.",
    content_encoding: "Например gzip.",
    priority: "От 0 до 255, в очередях с x-max-priority.",
    correlation_id: "Запрос, на который отвечает сообщение.",
    reply_to: "Очередь для ответов.",
    expiration: "Срок жизни в миллисекундах.",
    message_id: "Имя сообщения.",
    timestamp: "Секунды с 1970 года.",
    type: "Вид сообщения для приложения.",
    user_id: "Только имя вошедшего пользователя.",
    app_id: "Приложение, которое публикует.",
    cluster_id: "Больше не применяется.",
  },
};

/** Returns the texts about publishing. */
export const publishTexts = translated({ en, ru });

export type PublishTexts = typeof en;
