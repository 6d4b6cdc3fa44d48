import type { Translation } from "../../../texts/say.ts";

/** Frame of the help, in Russian. */
export const HELP: Translation = {
  "The following options are accepted by most or all commands.\n\nshort            | long          | description\n-----------------|---------------|--------------------------------\n-?               | --help        | displays command help\n-n <node>        | --node <node> | connect to node <node>\n-l               | --longnames   | use long host names\n-t               | --timeout <n> | for commands that support it, operation timeout in seconds\n-q               | --quiet       | suppress informational messages\n-s               | --silent      | suppress informational messages\n                                 | and table header row\n-p               | --vhost       | for commands that are scoped to a virtual host,\n                 |               | virtual host to use\n                 | --formatter   | alternative result formatter to use\n                                 | if supported: json, pretty_table, table, csv, erlang\n                                   not all commands support all (or any) alternative formatters.":
    `Следующие параметры принимают все или почти все команды.

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
  "Usage": "Использование",
  "Available commands": "Доступные команды",
  "Use '{0} help <command>' to learn more about a specific command":
    "Чтобы узнать больше о команде, используйте '{0} help <command>'",
  "Arguments and Options": "Аргументы и параметры",
  "Relevant Doc Guides": "Руководства по теме",
  "General Options": "Общие параметры",
  "must be one of {0}": "одно из: {0}",
  "Help": "Справка",
  "Nodes": "Узлы",
  "Cluster": "Кластер",
  "Replication": "Репликация",
  "Users": "Пользователи",
  "Access Control": "Управление доступом",
  "Monitoring, observability and health checks": "Мониторинг, наблюдаемость и проверки состояния",
  "Parameters": "Параметры",
  "Policies": "Политики",
  "Virtual hosts": "Виртуальные хосты",
  "Configuration and Environment": "Конфигурация и окружение",
  "Definitions": "Определения",
  "Feature flags": "Флаги функций",
  "Operations": "Обслуживание",
  "Plugin Management": "Управление плагинами",
  "Queues": "Очереди",
  "Upgrade": "Обновление",
  "Consistent Hash Exchange plugin": "Плагин обменника с согласованным хешированием",
  "Management plugin": "Плагин управления",
  "Deprecated": "Устаревшие",
};
