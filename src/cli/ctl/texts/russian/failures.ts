import type { Translation } from "../../../texts/say.ts";

/** What all commands write: mistakes in arguments, and failures, in Russian. */
export const FAILURES: Translation = {
  "Virtual host '{0}' does not exist": "Виртуальный хост '{0}' не существует",
  "JSON decoding error. Reason: badarg": "Не удалось разобрать JSON. Причина: badarg",
  "Memory alarm on node {0}": "Тревога из-за памяти на узле {0}",
  "Free disk space alarm on node {0}": "Тревога из-за места на диске на узле {0}",
  "Argument must be a positive integer": "Аргумент должен быть положительным целым числом",
  "unit '{0}' is not supported. Please use one of: bytes, mb, gb":
    "единица '{0}' не поддерживается. Используйте одну из: bytes, mb, gb",
  "Info key(s) {0} are not supported": "Столбцы не поддерживаются: {0}",
  "Error:\n{0}": "Ошибка:\n{0}",
  "not enough arguments.": "аргументов недостаточно.",
  "too many arguments.": "аргументов слишком много.",
  "Bad argument.": "Неверный аргумент.",
  "Bad argument: {0}": "Неверный аргумент: {0}",
  "Error: operation {0} on node {1} timed out. Timeout value used: {2}":
    "Ошибка: операция {0} не завершилась за отведённое время; узел: {1}. Время ожидания: {2}",
  "Error: unable to perform an operation. Please see diagnostics information and suggestions below.":
    "Ошибка: не удалось выполнить операцию. Ниже сказано, почему и что можно сделать.",
  "Error: unable to perform an operation on node '{0}'. Please see diagnostics information and suggestions below.":
    "Ошибка: не удалось выполнить операцию на узле '{0}'. Ниже сказано, почему и что можно сделать.",
  "{0}: {1} does not accept these credentials, see --username and --password":
    "{0}: {1} не принимает эти имя и пароль, см. --username и --password",
  "the socket {0}": "сокет {0}",
  "No broker has the socket {0}.": "Ни у одного брокера нет сокета {0}.",
  "The socket {0} is for the user of its broker alone: run this as that user, or use --url with --username.":
    "Сокет {0} доступен только пользователю, который запустил брокер: выполните команду от его имени или укажите --url и --username.",
  "Nobody listens on the socket {0}, which a broker has left that was killed.":
    "Сокет {0} никто не слушает: он остался от брокера, который был завершён принудительно.",
  "Run this where the broker was started, or name its node with -n, its data folder with --data-dir or HAREMQ_DATA_DIR, or its management API with --url and --username and --password.":
    "Выполните команду там, где был запущен брокер, или укажите его узел (-n), его каталог данных (--data-dir или HAREMQ_DATA_DIR) либо его API управления (--url, --username и --password).",
  "Start a broker with this data folder, or name the folder of one that runs.":
    "Запустите брокер с этим каталогом данных или укажите каталог работающего брокера.",
  '--url is not a URL such as http://localhost:15672: received "{0}"':
    '--url — не URL вида http://localhost:15672: получено "{0}"',
  "Nobody answers at {0}: {1}.\nStart a broker whose management API listens there, or name another one with --url.":
    "По адресу {0} никто не отвечает: {1}.\nЗапустите брокер, API управления которого доступен по этому адресу, или укажите другой в --url.",
  "hashing algorithm must be one of sha256, sha512, md5":
    "алгоритм хеширования должен быть одним из: sha256, sha512, md5",
  "Invalid options for this command:": "Недопустимые параметры этой команды:",
  "Error: {0}": "Ошибка: {0}",
  "Unsupported node name: node name head (the part before the @) is invalid. Only alphanumerics, _ and - characters are allowed.\nIf using FQDN node names, use the -l / --longnames argument":
    "Недопустимое имя узла: часть перед @ неверна. Разрешены только буквы, цифры, _ и -.\nЕсли в именах узлов полные доменные имена, укажите -l / --longnames",
  "unknown formatter '{0}': it must be one of {1}": "неизвестный формат '{0}': он должен быть одним из: {1}",
  "The broker at {0} is {1}.\nLeave -n out, or name the data folder of another broker with --data-dir.":
    "Брокер, до которого ведёт {0}, называется {1}.\nУберите -n или укажите каталог данных другого брокера в --data-dir.",
  "this command requires the 'rabbit' app to be running on the target node. Start it with 'rabbitmqctl start_app'.":
    "для этой команды приложение 'rabbit' на целевом узле должно работать. Запустите его командой 'rabbitmqctl start_app'.",
  "this command requires the 'rabbit' app to be stopped on the target node. Stop it with 'rabbitmqctl stop_app'.":
    "для этой команды приложение 'rabbit' на целевом узле должно быть остановлено. Остановите его командой 'rabbitmqctl stop_app'.",
  "Error (argument validation): {0}": "Ошибка (проверка аргументов): {0}",
  "{0}\nArguments given:\n\t{1}\n": "{0}\nПолученные аргументы:\n\t{1}\n",
  "(none)": "(нет)",
  "Error:\n\n{0}{1}": "Ошибка:\n\n{0}{1}",
  "Command '{0}' not found.": "Команда '{0}' не найдена.",
  "Did you mean '{0}'?": "Возможно, вы имели в виду '{0}'?",
};
