import { FORMAT_NAMES } from "./formats.ts";

/** Texts of the help, in Russian, by the English ones. */
export const RUSSIAN_HELP: Readonly<Record<string, string>> = {
  "Usage": "Использование",
  "Options": "Параметры",
  "More Help": "Ещё справка",
  "For more help use the help subcommand:": "Больше справки даёт подкоманда help:",
  "# For a list of available subcommands": "# Список подкоманд",
  "# For help with the configuration file": "# Справка о файле конфигурации",
  "configuration file [default: ~/.rabbitmqadmin.conf]": "файл конфигурации [по умолчанию: ~/.rabbitmqadmin.conf]",
  "node described in the configuration file [default: 'default' only if configuration file is specified]":
    "узел, описанный в файле конфигурации [по умолчанию: 'default', только если файл конфигурации указан]",
  "connect to host HOST": "соединиться с хостом HOST",
  "connect to port PORT": "соединиться с портом PORT",
  "use specific URI path prefix for the RabbitMQ HTTP API. /api and operation path will be appended to it. (default: blank string)":
    "префикс пути URI для HTTP API RabbitMQ. К нему добавляются /api и путь операции. (по умолчанию: пустая строка)",
  "connect to vhost VHOST [default: all vhosts for list, '/' for declare]":
    "виртуальный хост VHOST [по умолчанию: все виртуальные хосты для list, '/' для declare]",
  "connect using username USERNAME": "имя пользователя USERNAME",
  "connect using password PASSWORD": "пароль PASSWORD",
  "connect using a base HTTP API URI. /api and operation path will be appended to it. Path will be ignored. --vhost has to be provided separately.":
    "основной URI HTTP API. К нему добавляются /api и путь операции. Его путь не учитывается. --vhost указывается отдельно.",
  "suppress status messages": "не выводить сообщения о состоянии",
  "connect with ssl": "соединиться по SSL",
  "PEM format key file for SSL": "файл ключа SSL в формате PEM",
  "PEM format certificate file for SSL": "файл сертификата SSL в формате PEM",
  "PEM format CA certificate file for SSL": "файл сертификата CA для SSL в формате PEM",
  "Disables peer hostname verification": "Отключает проверку имени хоста",
  "Disables all SSL validations like curl's '-k' argument": "Отключает все проверки SSL, как аргумент '-k' у curl",
  "HTTP request timeout in seconds": "время ожидания запроса HTTP в секундах",
  [`format for listing commands - one of [${FORMAT_NAMES.join(", ")}]`]: `формат списков — один из [${
    FORMAT_NAMES.join(", ")
  }]`,
  "sort key for listing queries": "ключ сортировки списков",
  "reverse the sort order": "обратный порядок сортировки",
  "maximum depth to recurse for listing tables": "наибольшая глубина вложенности в таблицах",
  "Print bash completion script": "Выводит скрипт автодополнения для bash",
  "Display version and exit": "Показывает версию и завершается",
  "show this help message and exit": "показывает эту справку и завершается",
  "default": "по умолчанию",
  "where subcommand is one of:": "где подкоманда — одна из:",
  "Display": "Просмотр",
  "Object Manipulation": "Действия с объектами",
  "Broker Definitions": "Определения брокера",
  "Publishing and Consuming": "Публикация и получение",
  "If payload is not specified on publish, standard input is used":
    "Если для publish не указан payload, используется стандартный ввод",
  "If payload_file is not specified on get, the payload will be shown on\n    standard output along with the message metadata":
    "Если для get не указан payload_file, содержимое сообщения выводится\n    в стандартный вывод вместе с его метаданными",
  "If payload_file is specified on get, count must not be set":
    "Если для get указан payload_file, count указывать нельзя",
  "Configuration File": "Файл конфигурации",
  "It is possible to specify a configuration file from the command line.\n  Hosts can be configured easily in a configuration file and called\n  from the command line.":
    "Файл конфигурации можно указать в командной строке.\n  В нём удобно описать хосты, а затем выбирать их\n  в командной строке.",
  "Example": "Пример",
  "Use": "Применение",
  "use 15671 for HTTPS": "для HTTPS — 15671",
  "Used as default for declare / delete only": "По умолчанию только для declare / delete",
  "Used as default for declare / delete / list": "По умолчанию для declare / delete / list",
};
