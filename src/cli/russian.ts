import { STORE } from "./texts/russian_store.ts";
import type { Translation } from "./texts/say.ts";

/** Texts of the server and its commands, in Russian. */
export const RUSSIAN: Translation = {
  ...STORE,
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
    "файл конфигурации с ключами RabbitMQ; параметры командной строки важнее (по умолчанию: haremq.conf или rabbitmq.conf, если он есть)",
  "the lowest level that is logged (default: info)": "минимальный уровень записей в журнале (по умолчанию: info)",
  "the folder for everything durable": "каталог для всего, что хранится на диске",
  "keep everything in memory, and lose it when the broker stops":
    "держать всё в памяти и потерять при остановке брокера",
  "when confirmed messages are on disk: always before the confirm; every 200 ms (interval) or whenever the system decides (never), so that a power loss may take them":
    "когда подтверждённые сообщения записаны на диск: всегда до подтверждения (always); каждые 200 мс (interval) или когда решит система (never), и тогда при отключении питания они могут пропасть",
  "inspect a data folder that no broker is using, without changing it":
    "проверить каталог данных, который не использует ни один брокер, ничего в нём не меняя",
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
  "look into a running broker, and check its health":
    "узнать, что происходит в работающем брокере, и проверить его состояние",
  "manage replicated queues": "управлять реплицируемыми очередями",
  "manage streams": "управлять потоками",
  "show the plugins, which are built in": "показать встроенные плагины",
  "prepare an upgrade": "подготовить обновление",
  "manage a broker over HTTP, as RabbitMQ 3's script does": "управлять брокером по HTTP, как скрипт RabbitMQ 3",
  "put load on a broker and measure it, with the switches of PerfTest":
    "создать нагрузку на брокер и измерить его производительность; параметры — как у PerfTest",
  "look at messages, move, send and receive them, and watch the broker: see haremq peek --help":
    "смотреть, перемещать, отправлять и получать сообщения и наблюдать за брокером: см. haremq peek --help",
  "make links to the tools under RabbitMQ's names": "создать ссылки на программы под именами RabbitMQ",
  "write a script that completes commands in bash, zsh or fish":
    "вывести скрипт, который дополняет команды в bash, zsh или fish",
  "choices: {0}": "варианты: {0}",
  "default: {0}": "по умолчанию: {0}",
  "error: unknown command '{0}', see haremq --help": "ошибка: неизвестная команда '{0}', см. haremq --help",
  "error: unknown option '{0}'": "ошибка: неизвестный параметр '{0}'",
  "error: unknown command '{0}'": "ошибка: неизвестная команда '{0}'",
  "error: missing required argument '{0}'": "ошибка: нет обязательного аргумента '{0}'",
  "error: option '{0}' argument missing": "ошибка: у параметра '{0}' нет значения",
  "error: option '{0}' argument '{1}' is invalid. Allowed choices are {2}.":
    "ошибка: неверное значение '{1}' параметра '{0}'. Допустимы: {2}.",
  "error: option '{0}' argument '{1}' is invalid. {2}": "ошибка: неверное значение '{1}' параметра '{0}'. {2}",
  "{0}\n(Did you mean {1}?)": "{0}\n(Возможно, вы имели в виду {1}?)",
  'A port is a whole number from 0 to 65535, such as 5672: received "{0}".':
    'Порт — целое число от 0 до 65535, например 5672: получено "{0}".',
  'A size is a number of bytes, or one with a unit, such as 50MB or 2GiB: received "{0}".':
    'Размер — число байтов или число с единицей, например 50MB или 2GiB: получено "{0}".',
  "With no memory nothing could be published.": "Без памяти ничего нельзя было бы опубликовать.",
  'A timeout is a whole number of milliseconds, at least 1, such as 1800000, or false: received "{0}".':
    'Время ожидания — целое число миллисекунд, не меньше 1, например 1800000, или false: получено "{0}".',
  "Cannot listen on {0}: another program is using that port. Stop it, or choose another one, with {1} or in the configuration.":
    "Не удалось занять адрес {0}: этот порт использует другая программа. Остановите её или выберите другой порт: в {1} или в конфигурации.",
  "Cannot listen on {0}: this user is not permitted to. Choose a port above 1023, with {1} or in the configuration.":
    "Не удалось занять адрес {0}: этому пользователю это не разрешено. Выберите порт выше 1023: в {1} или в конфигурации.",
  "Cannot listen on {0}: no network interface of this machine has that address. Choose another one, with --host or in the configuration.":
    "Не удалось занять адрес {0}: такого адреса нет ни у одного сетевого интерфейса этой машины. Выберите другой: в --host или в конфигурации.",
  "Cannot listen on {0}: {1}": "Не удалось занять адрес {0}: {1}",
  "The data folder {0} is in use by another HareMQ.": "Каталог данных {0} использует другой HareMQ.",
  "The data folder {0} is in use by another HareMQ, process {1}.":
    "Каталог данных {0} использует другой HareMQ, процесс {1}.",
  "{0} Stop that one, or choose another folder with --data-dir.":
    "{0} Остановите его или выберите другой каталог в --data-dir.",
  "{0} Stop that one first: it goes on writing.": "{0} Сначала остановите его: он продолжает писать.",
  "The data folder {0} can't be used: {1}": "Каталог данных {0} нельзя использовать: {1}",
  "The data folder {0} can't be read: {1}": "Каталог данных {0} не удалось прочитать: {1}",
  "{0}. Choose another one with --data-dir.": "{0}. Выберите другой в --data-dir.",
  "this user is not permitted to write there": "этому пользователю не разрешено писать туда",
  "its disk is mounted for reading only": "его диск подключён только для чтения",
  "it can't be locked on this system. Choose one on a local disk with --data-dir.":
    "в этой системе его нельзя заблокировать. Выберите каталог на локальном диске в --data-dir.",
  "it does not exist. Give the folder that the broker was started with as --data-dir.":
    "его нет. Укажите каталог, с которым брокер был запущен, как в --data-dir.",
  "it is not a folder. Give the folder that the broker was started with as --data-dir.":
    "это не каталог. Укажите каталог, с которым брокер был запущен, как в --data-dir.",
  "this user is not permitted to. Do this as the user that the broker runs as.":
    "этому пользователю это не разрешено. Сделайте это от имени пользователя, от которого работает брокер.",
  "it can't be locked on this system. Do this on a copy on a local disk.":
    "в этой системе его нельзя заблокировать. Сделайте это с копией на локальном диске.",
  "{0}. Have that changed, or choose another one with --data-dir.":
    "{0}. Попросите это изменить или выберите другой в --data-dir.",
  "a file is where it, or a folder around it, should be. Remove that file, or choose another one with --data-dir.":
    "на его месте или на месте каталога, в котором он должен быть, находится файл. Удалите этот файл или выберите другой каталог в --data-dir.",
  "its disk, or the quota on it, is full. Make room there, or choose another one with --data-dir.":
    "на его диске или в квоте нет места. Освободите место или выберите другой каталог в --data-dir.",
  "Node locks it by one of the programs flock and perl, and finds neither. Install one, or run on Deno or Bun instead.":
    "Node блокирует его программой flock или perl и не находит ни одной. Установите одну из них или используйте Deno или Bun вместо Node.",
  "No mistakes in {0}.": "Ошибок нет: {0}.",
  "No mistakes in {0}: {1}.": "Ошибок нет: {0}: {1}.",
  "no objects": "объектов нет",
  "There are other files already: {0}. Remove them, or choose another folder.":
    "Там уже есть другие файлы: {0}. Удалите их или выберите другой каталог.",
  "Usage: haremq install-links <folder>\n\nMakes these commands in a folder, such as one of PATH: {0}.":
    "Использование: haremq install-links <folder>\n\nСоздаёт в каталоге, например в одном из PATH, команды: {0}.",
  'Usage: haremq completion <{0}>\n\nFor bash: eval "$(haremq completion bash)"':
    'Использование: haremq completion <{0}>\n\nДля bash: eval "$(haremq completion bash)"',
};
