import { plural } from "../../i18n/locales.ts";
import type { DefinitionTexts } from "./en.ts";

const objects = (count: number) => plural("ru", count, { one: "объект", few: "объекта", other: "объектов" });

export const ru: DefinitionTexts = {
  title: "Определения",
  text:
    "Определения — это всё, кроме сообщений: пользователи, виртуальные хосты, права, обменники, очереди, привязки, " +
    "политики и параметры.",
  export: "Выгрузить",
  exportHint: "В файле есть и хеши паролей, хотя не сами пароли: храните его надёжно.",
  exportOfVhostHint: "Обменники, очереди, привязки, политики и параметры. Без пользователей и прав.",
  scope: "Что",
  wholeBroker: "Весь брокер",
  vhost: (name) => `Виртуальный хост ${name}`,
  download: "Скачать",
  downloaded: (file) => `Файл ${file} сохранён.`,

  import: "Загрузить",
  importHint: "Ничего не изменится, пока вы не увидите, что именно изменится.",
  file: "Файл с определениями",
  into: "Куда",
  problems: {
    json: "В этом файле не объект JSON.",
    empty: "В этом файле нет списков, из которых состоят определения.",
    list: (section) => `В этом файле ${section} — не список объектов.`,
  },
  needsVhost: "Это определения одного виртуального хоста: выберите, в какой их загрузить.",
  difference: "Что сделает загрузка",
  summary: (added, changed, kept) => `Добавится: ${added}. Изменится: ${changed}. Останется как есть: ${kept}.`,
  nothing: "Всё из этого файла уже есть",
  nothingHint: "Загрузка ничего не изменит.",
  onlyAdds: "Загрузка ничего не удаляет. Чего в файле нет, то останется.",
  outcomes: { added: "добавится", changed: "изменится", kept: "останется" },
  keptHint: "Имеющиеся обменники и очереди остаются как есть. Чтобы стало как в файле, сначала удалите их.",
  sections: {
    users: "Пользователи",
    vhosts: "Виртуальные хосты",
    permissions: "Права",
    topic_permissions: "Права на темы",
    exchanges: "Обменники",
    queues: "Очереди",
    bindings: "Привязки",
    policies: "Политики",
    parameters: "Параметры",
    global_parameters: "Глобальные параметры",
  },
  others: (same, onlyHere) => `Такие же: ${same}. Только здесь: ${onlyHere}.`,
  more: (count) => `Не показано ещё: ${count}.`,
  object: "Объект",
  outcome: "Загрузка",
  members: "Различие",
  nothingBefore: "ничего",
  secrets: { changed: "другой", removed: "убирается: входа по паролю не будет" },
  importAction: "Загрузить",
  question: (file) => `Загрузить ${file}?`,
  questionText: (count, text) =>
    `Добавится или изменится: ${text} ${objects(count)}. Отменить это нельзя: сначала выгрузите имеющиеся определения.`,
  imported: (file) => `Файл ${file} загружен.`,
  refused: "Брокер отвергает эти определения и ничего не изменил, если не сказано иное:",
};
