import type { FeatureTexts } from "./en.ts";

export const ru: FeatureTexts = {
  flags: "Флаги функций",
  flagsText:
    "Всё, что обозначают флаги RabbitMQ, есть в этом брокере с самого начала: после обновления ничего включать " +
    "не нужно.",
  deprecated: "Устаревшие функции",
  deprecatedText: "RabbitMQ собирается убрать эти функции или уже убрал. Программа, которая обходится без них, " +
    "работает и с более новыми версиями.",
  inUse: "Используется",
  usedTitle: (names) => `Сейчас используются: ${names}`,
  usedText: "Программы, которые их используют, могут не работать с более новой версией RabbitMQ.",
  none: "Таких нет",
  name: "Имя",
  state: "Состояние",
  states: { enabled: "включён", disabled: "выключен", permitted: "разрешена", denied: "запрещена" },
  stability: "Стабильность",
  stabilities: { required: "обязательный", stable: "стабильный", experimental: "экспериментальный" },
  phase: "Стадия",
  phases: {
    permitted_by_default: "разрешена, если не выключить",
    denied_by_default: "запрещена, если не включить",
    disconnected: "не действует",
    removed: "убрана",
  },
  use: "Использование",
  description: "Описание",
  providedBy: "Откуда",
  documentation: "Документация",
  documentationOf: (name) => `Документация: ${name}`,
};
