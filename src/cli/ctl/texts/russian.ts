import type { HelpTexts } from "./help_texts.ts";
import { RUSSIAN_DESCRIPTIONS } from "./russian_descriptions.ts";
import { RUSSIAN_EXPLANATIONS } from "./russian_explanations.ts";

/** Texts of the help, in Russian. */
export const RUSSIAN: HelpTexts = {
  usage: "Использование",
  availableCommands: "Доступные команды",
  argumentsAndOptions: "Аргументы и параметры",
  guides: "Руководства по теме",
  generalOptions: "Общие параметры",
  generalOptionsTable: `Следующие параметры принимают все или почти все команды.

короткий         | длинный       | описание
-----------------|---------------|--------------------------------
-?               | --help        | показывает справку о команде
-n <node>        | --node <node> | связаться с узлом <node>
-l               | --longnames   | использовать длинные имена хостов
-t               | --timeout <n> | время ожидания операции в секундах, если команда его поддерживает
-q               | --quiet       | не выводить информационные сообщения
-s               | --silent      | не выводить информационные сообщения
                                 | и строку заголовков таблицы
-p               | --vhost       | виртуальный хост для команд,
                 |               | которые относятся к виртуальному хосту
                 | --formatter   | другой формат результата, если
                                 | поддерживается: json, pretty_table, table, csv, erlang
                                   не все команды поддерживают все форматы (или хотя бы один).`,
  sections: {
    help: "Справка",
    node_management: "Узлы",
    cluster_management: "Кластер",
    replication: "Репликация",
    user_management: "Пользователи",
    access_control: "Управление доступом",
    observability_and_health_checks: "Мониторинг, наблюдаемость и проверки состояния",
    parameters: "Параметры",
    policies: "Политики",
    virtual_hosts: "Виртуальные хосты",
    configuration: "Конфигурация и окружение",
    definitions: "Определения",
    feature_flags: "Флаги функций",
    operations: "Обслуживание",
    plugin_management: "Управление плагинами",
    queues: "Очереди",
    upgrade: "Обновление",
    consistent_hash_exchange: "Плагин обменника с согласованным хешированием",
    management: "Плагин управления",
    deprecated: "Устаревшие",
  },
  error: "Ошибка",
  learnMore: (tool) => `Чтобы узнать больше о команде, используйте '${tool} help <command>'`,
  mustBeOneOf: (columns) => `одно из: ${columns}`,
  commandNotFound: (name) => `Команда '${name}' не найдена.`,
  didYouMean: (nearest) => `Возможно, вы имели в виду '${nearest}'?`,
  description: (english) => english === "" ? "" : RUSSIAN_DESCRIPTIONS[english],
  explanation: (english) => RUSSIAN_EXPLANATIONS[english],
};
