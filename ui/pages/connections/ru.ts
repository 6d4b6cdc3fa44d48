import { plural } from "../../i18n/locales.ts";
import type { ConnectionTexts } from "./en.ts";

const connections = (count: number) =>
  plural("ru", count, { one: "соединение", few: "соединения", many: "соединений", other: "соединений" });
const channels = (count: number) =>
  plural("ru", count, { one: "канал", few: "канала", many: "каналов", other: "каналов" });

export const ru: ConnectionTexts = {
  title: "Соединения",
  none: "Ни один клиент не подключён",
  noneHint: "Соединение видно здесь, пока клиент подключён.",
  name: "Имя",
  givenName: "Имя от клиента",
  user: "Пользователь",
  state: "Состояние",
  tls: "TLS",
  protocol: "Протокол",
  channels: "Каналы",
  fromClient: "От клиента",
  toClient: "Клиенту",
  unsent: "Ждёт отправки",
  product: "Клиент",
  peer: "Адрес клиента",
  local: "Адрес брокера",
  connected: "Подключён",
  connectedFor: (time) => `уже ${time}`,

  parts: "Разделы соединения",
  overview: "Обзор",
  chart: "Байты в секунду",
  perSecond: (bytes) => `${bytes}/с`,
  details: "Подробности",
  mechanism: "Способ входа",
  heartbeat: "Heartbeat",
  noHeartbeat: "выключен",
  frameMax: "Наибольший кадр",
  channelMax: "Каналов не больше",
  tlsVersion: "Версия TLS",
  cipher: "Шифр",
  certificate: "Сертификат клиента",
  issuer: "Кем выдан",
  validity: "Действует",
  clientProperties: "Свойства клиента",
  capabilities: "Возможности",
  noChannels: "Каналов нет",
  noChannelsHint: "Клиент открывает канал, прежде чем публиковать или получать.",

  close: "Закрыть соединение",
  closeTitle: (name) => `Закрыть соединение ${name}?`,
  closeText: (user, count, text) =>
    `Клиент пользователя ${user} узнает причину. Вместе с соединением закроются ${text} ${channels(count)}, ` +
    "неподтверждённые сообщения вернутся в очереди, а большинство клиентов подключатся снова.",
  closed: "Соединение закрыто.",
  closeAll: (user) => `Закрыть все от ${user}`,
  closeAllTitle: (user) => `Закрыть все соединения пользователя ${user}?`,
  closeAllText: (count, text) =>
    `Сейчас это ${text} ${connections(count)} на всех виртуальных хостах. Клиенты узнают причину, и большинство ` +
    "подключатся снова: чтобы не пустить их, сначала смените пароль или права пользователя.",
  closedAll: (user) => `Все соединения пользователя ${user} закрыты.`,
  closeAllAction: "Закрыть все",
  reason: "Причина для клиента",
  reasonHint: "Попадёт в журнал клиента, как заголовок X-Reason в RabbitMQ.",
  reasonProblem: "Только латинские буквы, цифры и знаки: причина уходит в заголовке HTTP.",
  defaultReason: "Closed via management plugin",
};
