import { translated } from "../../i18n/locale.ts";

const en = {
  from: "From exchange",
  to: "To",
  toQueue: "To queue",
  toExchange: "To exchange",
  kind: "Kind",
  queue: "queue",
  exchange: "exchange",
  routingKey: "Routing key",
  arguments: "Arguments",
  unbind: "Unbind",
  unbindTitle: (source: string, destination: string) => `Unbind ${destination} from ${source}?`,
  unbindText: (key: string) => `Messages with the routing key "${key}" no longer come by this binding.`,
  unbound: "The binding is gone.",
  bindAction: "Bind",
  bound: "The binding is there.",
  defaultExchange: "(default exchange)",
};

const ru: typeof en = {
  from: "Из обменника",
  to: "Куда",
  toQueue: "В очередь",
  toExchange: "В обменник",
  kind: "Вид",
  queue: "очередь",
  exchange: "обменник",
  routingKey: "Ключ маршрутизации",
  arguments: "Аргументы",
  unbind: "Отвязать",
  unbindTitle: (source, destination) => `Отвязать ${destination} от ${source}?`,
  unbindText: (key) => `Сообщения с ключом «${key}» больше не придут по этой привязке.`,
  unbound: "Привязка удалена.",
  bindAction: "Привязать",
  bound: "Привязка добавлена.",
  defaultExchange: "(обменник по умолчанию)",
};

/** Returns the texts about bindings. */
export const bindingTexts = translated({ en, ru });
