import type { HelpConfiguration, Option } from "commander";

/** Texts of the help for the server and its commands, in Russian, by the English ones. */
const TEXTS: Readonly<Record<string, string>> = {
  "Usage:": "Использование:",
  "Options:": "Параметры:",
  "Commands:": "Команды:",
  "Arguments:": "Аргументы:",
  "Tools:": "Программы:",
  "HareMQ, a message broker for RabbitMQ's users: serves AMQP 0-9-1 until SIGINT or SIGTERM.":
    "HareMQ, брокер сообщений для пользователей RabbitMQ: обслуживает AMQP 0-9-1 до SIGINT или SIGTERM.",
  "output the version number": "показать версию",
  "display help for command": "показать справку о команде",
  "the address to listen on; 0.0.0.0 or :: for all addresses of the machine (default: 127.0.0.1)":
    "адрес, на котором принимаются соединения; 0.0.0.0 или :: — все адреса машины (по умолчанию: 127.0.0.1)",
  "the port to listen on; 0 for a free one (default: 5672)":
    "порт, на котором принимаются соединения; 0 — любой свободный (по умолчанию: 5672)",
  "the port of the management API; 0 for a free one (default: 15672)":
    "порт API управления; 0 — любой свободный (по умолчанию: 15672)",
  "serve the management API on no port": "не открывать порт API управления",
  "the port of metrics for Prometheus; 0 for a free one (default: 15692)":
    "порт метрик для Prometheus; 0 — любой свободный (по умолчанию: 15692)",
  "serve no metrics": "не отдавать метрики",
  "memory for messages above which publishers are blocked, such as 0.4 (the default) or 2GiB":
    "предел памяти для сообщений, выше которого издатели блокируются, например 0.4 (по умолчанию) или 2GiB",
  "free disk space below which publishers are blocked (default: 50MB)":
    "свободное место на диске, ниже которого издатели блокируются (по умолчанию: 50MB)",
  "time in milliseconds after which an unacknowledged delivery closes its channel, or false (default: 1800000)":
    "время в миллисекундах, после которого доставка без подтверждения закрывает канал, или false (по умолчанию: 1800000)",
  "a configuration file with RabbitMQ's keys; flags override it (default: haremq.conf or rabbitmq.conf, if there is one)":
    "файл конфигурации с ключами RabbitMQ; параметры важнее его (по умолчанию: haremq.conf или rabbitmq.conf, если он есть)",
  "the lowest level that is logged (default: info)": "наименьший уровень записей в журнале (по умолчанию: info)",
  "the folder for everything durable": "каталог для всего, что хранится на диске",
  "keep everything in memory, and lose it when the broker stops":
    "держать всё в памяти и потерять при остановке брокера",
  "when confirmed messages are on disk: always before the confirm; every 200 ms (interval) or whenever the system decides (never), so that a power loss may take them":
    "когда подтверждённые сообщения записаны на диск: всегда до подтверждения (always); каждые 200 мс (interval) или когда решит система (never), и тогда при отключении питания они могут пропасть",
  "inspect a data folder that no broker is using, without changing it":
    "осмотреть каталог данных, который не использует ни один брокер, не меняя его",
  "list its contents: files, exchanges, queues, bindings, and the messages of each queue":
    "вывести содержимое: файлы, обменники, очереди, привязки и сообщения каждой очереди",
  "the value of --data-dir that the broker was started with": "значение --data-dir, с которым запускался брокер",
  "for programs": "для программ",
  "read everything, and list what is damaged: exits with 0 when all is whole, and with 1 otherwise":
    "прочитать всё и вывести повреждения: код завершения 0, если всё цело, иначе 1",
  "copy everything whole to a new folder: exits with 0 when that is everything, and with 2 when something is lost":
    "скопировать всё целое в новый каталог: код завершения 0, если цело всё, и 2, если что-то потеряно",
  "a folder that does not exist yet, to start the broker with afterwards":
    "каталог, которого ещё нет; с ним брокер потом запускается",
  "inspect the configuration without starting a broker": "проверить конфигурацию, не запуская брокер",
  "list the errors in a configuration file, and the settings without effect: exits with 0 or 1":
    "вывести ошибки в файле конфигурации и настройки, которые ни на что не влияют: код завершения 0 или 1",
  "a configuration file with RabbitMQ's keys; the files in conf.d beside it belong to it":
    "файл конфигурации с ключами RabbitMQ; к нему относятся и файлы в conf.d рядом с ним",
  "list the effective settings with their source: files, environment, flags or defaults; secrets are hidden":
    "вывести действующие настройки и их источник: файлы, окружение, параметры или значения по умолчанию; секреты скрыты",
  "check and export definitions without a running broker; a start imports them by load_definitions":
    "проверить и экспортировать определения без запущенного брокера; при запуске их импортирует load_definitions",
  "list what is wrong with a file for a new broker, and what HareMQ leaves out: exits with 0 or 1":
    "вывести, что в файле не подходит новому брокеру и что HareMQ пропускает: код завершения 0 или 1",
  "definitions in RabbitMQ's JSON": "определения в формате JSON RabbitMQ",
  "write the definitions in a data folder that no broker is using, as RabbitMQ writes them":
    "вывести определения из каталога данных, который не использует ни один брокер, так, как их пишет RabbitMQ",
  "the only virtual host to export": "единственный виртуальный хост, который нужно экспортировать",
  "manage a running broker": "управлять работающим брокером",
  "look into a running broker, and check its health": "заглянуть в работающий брокер и проверить его состояние",
  "manage replicated queues": "управлять реплицируемыми очередями",
  "manage streams": "управлять потоками",
  "show the plugins, which are built in": "показать плагины, которые встроены",
  "prepare an upgrade": "подготовить обновление",
  "manage a broker over HTTP, as RabbitMQ 3's script does": "управлять брокером по HTTP, как скрипт RabbitMQ 3",
  "put load on a broker and measure it, with the switches of PerfTest":
    "нагрузить брокер и измерить его, с параметрами PerfTest",
  "look at messages, move, send and receive them, and watch the broker: see haremq peek --help":
    "смотреть, перемещать, отправлять и получать сообщения и наблюдать за брокером: см. haremq peek --help",
  "make links to the tools under RabbitMQ's names": "создать ссылки на программы под именами RabbitMQ",
  "write a script that completes commands in bash, zsh or fish":
    "вывести скрипт, который дополняет команды в bash, zsh или fish",
};

/** Returns a text in Russian. */
export const inRussian = (english: string): string => TEXTS[english];

/** Makes commander write the help in Russian. */
export const RUSSIAN_HELP: HelpConfiguration = {
  styleTitle: inRussian,
  commandDescription: (command) => inRussian(command.description()),
  subcommandDescription: (command) => inRussian(command.description()),
  argumentDescription: ({ description }) => inRussian(description),
  optionDescription: describeOption,
};

/** Returns the description of an option with its choices and its default. */
function describeOption({ description, argChoices, defaultValue, required }: Option): string {
  const notes: string[] = [];
  if (argChoices !== undefined) notes.push(`варианты: ${argChoices.map((choice) => `"${choice}"`).join(", ")}`);
  if (required && defaultValue !== undefined) notes.push(`по умолчанию: ${JSON.stringify(defaultValue)}`);
  return inRussian(description) + (notes.length === 0 ? "" : ` (${notes.join(", ")})`);
}
