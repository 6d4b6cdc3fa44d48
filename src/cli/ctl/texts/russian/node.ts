import type { Translation } from "../../../texts/say.ts";

/** What commands for a node write, in Russian. */
export const NODE: Translation = {
  "HareMQ runs as a single node, without a cluster.": "HareMQ работает как один узел, без кластера.",
  "HareMQ does not show the buckets of a ring: see where a message goes with 'haremq route'.":
    "HareMQ не показывает сегменты кольца: куда попадёт сообщение, показывает 'haremq route'.",
  "The JavaScript runtime collects garbage by itself.": "Среда выполнения JavaScript собирает мусор сама.",
  "HareMQ has no Erlang inside: of eval it knows 'application:get_env(rabbit, Key).' and 'application:set_env(rabbit, Key, Value).' alone.":
    "Внутри HareMQ нет Erlang: из выражений для 'eval' понятны лишь 'application:get_env(rabbit, Key).' и 'application:set_env(rabbit, Key, Value).'.",
  "HareMQ sets {0} by eval to a number, an atom, a binary or a list of binaries alone: see the keys of its configuration.":
    "HareMQ присваивает {0} через 'eval' лишь число, атом, двоичную строку или список таких строк: см. ключи конфигурации.",
  "HareMQ has no Erlang inside.": "Внутри HareMQ нет Erlang.",
  "HareMQ has no channel interceptors.": "В HareMQ нет перехватчиков каналов.",
  "HareMQ has no mirrored queues, as RabbitMQ 4 has none.":
    "В HareMQ нет зеркалированных очередей, как нет их и в RabbitMQ 4.",
  "HareMQ keeps its metadata in its data folder, without a metadata store that could be out of step.":
    "HareMQ держит метаданные в своём каталоге данных, без хранилища метаданных, которое могло бы отстать.",
  "HareMQ always watches the free disk space: set its limit with 'rabbitmqctl set_disk_free_limit'.":
    "HareMQ всегда следит за свободным местом на диске: его предел задаёт 'rabbitmqctl set_disk_free_limit'.",
  "HareMQ does not show the environment that it runs in.": "HareMQ не показывает окружение, в котором работает.",
  "HareMQ's plugins are built in, without folders.": "Плагины HareMQ встроены, каталогов у них нет.",
  "HareMQ resolves names by the operating system alone.":
    "HareMQ преобразует имена только средствами операционной системы.",
  "A stream's retention is set by a policy: use 'rabbitmqctl set_policy'.":
    "Срок хранения потока задаёт политика: используйте 'rabbitmqctl set_policy'.",
  "HareMQ shows sizes of messages as metrics: see the management API's /api/metrics.":
    "Размеры сообщений HareMQ показывает в метриках: см. /api/metrics API управления.",
  "HareMQ counts authentication attempts by source at all times.":
    "HareMQ всегда считает попытки аутентификации по источникам.",
  "HareMQ does not show its runtime's TLS: see the ssl_options of 'rabbitmqctl environment'.":
    "HareMQ не показывает TLS своей среды выполнения: см. ssl_options в выводе 'rabbitmqctl environment'.",
  "Cluster status of node {0} ...": "Состояние кластера узла {0} ...",
  "Setting cluster name to {0} ...": "Задаётся имя кластера: {0} ...",
  "Setting memory threshold on {0} to {1} bytes ...": "Задаётся предел памяти узла {0}, в байтах: {1} ...",
  "Setting memory threshold on {0} to {1} ...": "Задаётся предел памяти узла {0}: {1} ...",
  "Setting disk free limit on {0} to {1} times the total RAM ...":
    "Задаётся предел свободного места на диске узла {0}, в долях всей памяти: {1} ...",
  "Setting disk free limit on {0} to {1} bytes ...":
    "Задаётся предел свободного места на диске узла {0}, в байтах: {1} ...",
  "level {0} is not supported. Try one of debug, info, warning, error, critical, none":
    "уровень {0} не поддерживается. Укажите один из: debug, info, warning, error, critical, none",
  'Setting log level to "{0}" ...': 'Задаётся уровень журналирования "{0}" ...',
  "Log file location(s) on node {0} ...": "Файлы журнала узла {0} ...",
  "The threshold should be an integer.": "Предел должен быть целым числом.",
  "Invalid units.": "Неверные единицы.",
  "The threshold should be a fraction between 0.0 and 1.0": "Предел должен быть долей от 0.0 до 1.0",
  "Listing connections ...": "Соединения ...",
  "Listing channels ...": "Каналы ...",
  "Closing connection {0}, reason: {1}...": "Закрывается соединение {0}, причина: {1}...",
  "Closing all connections to node {0} (across all vhosts), reason: {1}...":
    "Закрываются все соединения с узлом {0} (во всех виртуальных хостах), причина: {1}...",
  "Closing all connections in vhost {0}, reason: {1}...":
    "Закрываются все соединения в виртуальном хосте {0}, причина: {1}...",
  "Closing {0} connections in vhost {1}, reason: {2}...":
    "Закрываются соединения в виртуальном хосте {1}, не больше {0}; причина: {2}...",
  "Closed {0} connections": "Закрыто соединений: {0}",
  "Closing connections of user {0}, reason: {1}...": "Закрываются соединения пользователя {0}, причина: {1}...",
  "Asking node {0} for its RabbitMQ version...": "Узел {0}: запрашивается версия RabbitMQ...",
  "Reporting memory breakdown on node {0}...": "Расход памяти узла {0}...",
  'Listing authentication\n attempts for node "{0}" ...': 'Попытки\n аутентификации на узле "{0}" ...',
  "Node {0} reported no authentication attempt stats": "Узел {0} не сообщил о попытках аутентификации",
  "Resetting auth attempt metrics on node {0} ...": "Сбрасываются счётчики попыток аутентификации на узле {0} ...",
  "Listing policies that match {0} '{1}' in vhost '{2}' ...":
    "Политики, подходящие к объекту {0} '{1}' в виртуальном хосте '{2}' ...",
  "Resetting statistics database in all nodes": "Сбрасывается база статистики на всех узлах",
  "Resetting statistics database on node {0}": "Сбрасывается база статистики на узле {0}",
  "Decrypting value...": "Значение расшифровывается...",
  "Decrypting a rabbitmq.conf string value...": "Строковое значение rabbitmq.conf расшифровывается...",
  "The requested number of iterations is incorrect": "Указанное число итераций неверно",
  "Encrypting value ...": "Значение зашифровывается ...",
  "Encrypting value to be used in rabbitmq.conf...": "Значение зашифровывается для rabbitmq.conf...",
  "Listing supported ciphers ...": "Поддерживаемые шифры ...",
  "Listing supported hash algorithms ...": "Поддерживаемые алгоритмы хеширования ...",
  "not enough arguments: Please provide a value to decode and a passphrase":
    "аргументов недостаточно: укажите значение, которое нужно расшифровать, и пароль",
  "The requested number of iterations is incorrect (must be a positive integer)":
    "Указанное число итераций неверно (нужно положительное целое число)",
  "The requested cipher is not supported.": "Указанный шифр не поддерживается.",
  "The requested hash is not supported": "Указанная функция хеширования не поддерживается",
  "Value to encode: ": "Значение, которое нужно зашифровать: ",
  "Passphrase: ": "Пароль шифрования: ",
  "Error during cipher operation": "Ошибка при шифровании",
  "Failed to decrypt the value. Things to check: is the passphrase correct? Are the cipher and hash algorithms the same as those used for encryption?":
    "Не удалось расшифровать значение. Проверьте: верен ли пароль? Те ли шифр и алгоритм хеширования, с которыми оно было зашифровано?",
  "--pattern is no regular expression: {0}": "--pattern — не регулярное выражение: {0}",
  "{0} events are lost: they are read too slowly.": "Событий потеряно: {0}. Они читаются слишком медленно.",
  "The stream of events has ended: {0}.": "Поток событий закончился: {0}.",
  "Listing feature flags ...": "Флаги функций ...",
  "feature_flag cannot be an empty string.": "имя флага функции не может быть пустой строкой.",
  "Enabling all feature flags ...": "Включаются все флаги функций ...",
  'Enabling feature flag "{0}" ...': 'Включается флаг функции "{0}" ...',
  "This feature flag is not supported by node {0}": "Узел {0} не поддерживает этот флаг функции",
  "Listing deprecated features in use ...": "Устаревшие функции, которые используются ...",
  "Listing deprecated features ...": "Устаревшие функции ...",
  "Last {0} log lines on node {1} ...": "Последние строки журнала узла {1}, числом {0} ...",
  "Streaming logs from node {0} ...": "Журнал узла {0} ...",
  "Streaming logs from node {0} for {1} seconds ...": "Журнал узла {0} в течение {1} с ...",
  "No log files configured on the node": "На узле не настроены файлы журнала",
  "The log is the file {0} of the broker's machine: run this there, over its socket and not by --url.":
    "Журнал — это файл {0} на машине брокера: выполните команду там, через сокет, а не по --url.",
  "The log can't be read: {0}": "Не удалось прочитать журнал: {0}",
  "Will ping {0}. This only checks if the OS process is running and registered with epmd. Timeout: {1} ms.":
    "Узел {0} проверяется на связь. При этом проверяется только, что процесс ОС работает и зарегистрирован в epmd. Время ожидания: {1} мс.",
  "Ping succeeded": "Узел отвечает",
  "Will wait for at least {0} nodes to join the cluster of {1}. Timeout: {2} seconds.":
    "Ожидается, пока в кластер узла {1} войдут узлы, не меньше {0}. Время ожидания: {2} с.",
  "Error: HareMQ runs as a single node, so that no other will join {0}.":
    "Ошибка: HareMQ работает как один узел, и к {0} другие не присоединятся.",
  "Status of node {0} ...": "Состояние узла {0} ...",
  "Application environment of node {0} ...": "Окружение приложений узла {0} ...",
  "Stopping and halting node {0} ...": "Узел {0} останавливается и завершается ...",
  "Stopping and halting node {0} (will monitor pid file {1}) ...":
    "Узел {0} останавливается и завершается (наблюдение по pid-файлу {1}) ...",
  "Stopping rabbit application on node {0} ...": "Приложение rabbit на узле {0} останавливается ...",
  "Starting node {0} ...": "Узел {0} запускается ...",
  "Resetting node {0} ...": "Узел {0} сбрасывается в исходное состояние ...",
  "Forcefully resetting node {0} ...": "Узел {0} принудительно сбрасывается в исходное состояние ...",
  "Cannot specify both pid and pidfile": "Нельзя указать и pid, и pid-файл",
  "No pid or pidfile specified": "Не указан ни pid, ни pid-файл",
  "This command does not rotate logs anymore [deprecated]": "Эта команда больше не сменяет файлы журнала [устарела]",
  "This command is DEPRECATED and will be removed in a future version.\n  It performs intrusive, opinionated health checks and requires a fully booted node.\n  Use one of the options covered in https://www.rabbitmq.com/monitoring.html#health-checks instead.\n  Timeout: {0} seconds ...\n  Checking health of node {1} ...":
    "Эта команда УСТАРЕЛА и в одной из следующих версий будет удалена.\n  Она выполняет навязчивые проверки, и для неё узел должен быть полностью запущен.\n  Вместо неё см. https://www.rabbitmq.com/monitoring.html#health-checks\n  Время ожидания: {0} с ...\n  Проверяется состояние узла {1} ...",
  "Health check passed": "Проверка состояния пройдена",
  "Error: health check failed. Message: {0}": "Ошибка: проверка состояния не пройдена. Сообщение: {0}",
  "rabbit_is_not_running": "приложение rabbit остановлено",
  "{0} reaches a broker by the socket in its data folder only: run it on its machine, without --url.":
    "{0} обращается к брокеру только через сокет в его каталоге данных: выполните команду на его машине, без --url.",
  "process {0} (take from pid file {1}) is no longer running": "процесс {0} (взят из pid-файла {1}) больше не работает",
  "Shutting down RabbitMQ node {0} running at PID {1}": "Узел RabbitMQ {0} с PID {1} останавливается",
  "Waiting for PID {0} to terminate": "Ожидается завершение процесса с PID {0}",
  "RabbitMQ node {0} running at PID {1} successfully shut down": "Узел RabbitMQ {0} с PID {1} остановлен",
  "Waiting for pid file '{0}' to appear": "Ожидается появление pid-файла '{0}'",
  "pid is {0}": "pid процесса: {0}",
  "Waiting for erlang distribution on node '{0}' while OS process '{1}' is running":
    "Ожидается узел '{0}', пока работает процесс ОС '{1}'",
  "Error: process is not running.": "Ошибка: процесс не работает.",
  "Waiting for applications 'rabbit_and_plugins' to start on node '{0}'":
    "Ожидается запуск приложений 'rabbit_and_plugins' на узле '{0}'",
  "Applications 'rabbit_and_plugins' are running on node '{0}'":
    "Приложения 'rabbit_and_plugins' на узле '{0}' работают",
  "Error: garbage in pid file.": "Ошибка: в pid-файле нет номера процесса.",
  "Cannot set both verbose and minimal": "Нельзя указать и verbose, и minimal",
  'Listing plugins with pattern "{0}" ...': 'Плагины, подходящие под шаблон "{0}" ...',
  "Inferring if {0} from local environment...": "По локальному окружению проверяется, включены ли плагины: {0}...",
  "Asking node {0} if {1} enabled...": "Узел {0}: запрашивается, включены ли плагины: {1}...",
  "Enabling ALL plugins on node {0}": "Включаются ВСЕ плагины на узле {0}",
  "Disabling ALL plugins on node {0}": "Отключаются ВСЕ плагины на узле {0}",
  "Disabling plugins on node {0}:": "Отключаются плагины на узле {0}:",
  "Plugin configuration unchanged.": "Набор плагинов не изменился.",
  "Enabling plugins on node {0}:": "Включаются плагины на узле {0}:",
  "plugin {0} is": "{0}",
  "plugins {0} are": "{0}",
  "Plugin {0} is": "Плагин {0}",
  "Plugins {0} are": "Плагины {0}",
  "Cannot set both online and offline": "Нельзя указать и online, и offline",
  "Cannot set both --all and a list of plugins": "Нельзя указать и --all, и список плагинов",
  "     Version:     \t{0}": "     Версия:      \t{0}",
  "     Dependencies:\t[]": "     Зависимости: \t[]",
  "     Description: \tBuilt into HareMQ": "     Описание:    \tВстроен в HareMQ",
  " Configured: E = explicitly enabled; e = implicitly enabled":
    " Настройка: E = включён явно; e = включён как зависимость",
  " | Status: * = running on {0}": " | Состояние: * = работает на узле {0}",
  "{0} enabled": "{0}: включено",
  "{0} enabled on node {1}": "{0}: включено на узле {1}",
  "{0} not enabled. Enabled plugins and dependencies: {1}": "{0}: не включено. Включены плагины и зависимости: {1}",
  "{0} not enabled on node {1}. Enabled plugins and dependencies: {2}":
    "{0}: не включено на узле {1}. Включены плагины и зависимости: {2}",
  "{:plugins_not_found, [{0}]}": "Плагины не найдены: {0}",
  "HareMQ does the work of {0} by itself, which can't be disabled.":
    "HareMQ сам выполняет работу плагинов {0}, отключить её нельзя.",
  "Only report formatter is supported": "Поддерживается только формат report",
  "Reporting server status of node {0} ...": "Отчёт о состоянии сервера на узле {0} ...",
  "Will wait for a quorum + 1 of nodes to be online for all quorum queues for {0} seconds...":
    "Ожидается, пока у всех кворумных очередей будет работать кворум + 1 узлов. Время ожидания: {0} с...",
  "Will wait for a synchronised mirror be online for all classic mirrored queues for {0} seconds...":
    "Ожидается синхронизированное зеркало у всех зеркалированных классических очередей. Время ожидания: {0} с...",
  "Executing post upgrade tasks...\nRebalancing queue masters...":
    "Выполняются задачи после обновления...\nПерераспределяются ведущие реплики очередей...",
  "Target node seems to be the only one in a single node cluster, the command does not apply":
    "Узел, по-видимому, единственный в кластере, команда к нему не относится",
  "Runtime": "Среда выполнения",
  "OS PID: {0}": "PID в ОС: {0}",
  "Uptime (seconds): {0}": "Время работы (в секундах): {0}",
  "Is under maintenance?: false": "На обслуживании: нет",
  "RabbitMQ version: {0}": "Версия RabbitMQ: {0}",
  "HareMQ version: {0}": "Версия HareMQ: {0}",
  "Node name: {0}": "Имя узла: {0}",
  "Data directory": "Каталог данных",
  "Node data directory: {0}": "Каталог данных узла: {0}",
  "Config files": "Файлы конфигурации",
  "Log file(s)": "Файлы журнала",
  "Alarms": "Тревоги",
  "Memory": "Память",
  "Total memory used: {0}": "Всего занято памяти: {0}",
  "Memory high watermark, computed to: {0}\n": "Вычисленный верхний предел памяти: {0}\n",
  "File Descriptors": "Файловые дескрипторы",
  "Total: {0}, limit: {1}": "Занято: {0}, предел: {1}",
  "none": "нет",
  "Free Disk Space": "Свободное место на диске",
  "Low free disk space watermark: {0}": "Нижний предел свободного места на диске: {0}",
  "Free disk space: {0}": "Свободно на диске: {0}",
  "Totals": "Итоги",
  "Connection count: {0}": "Соединений: {0}",
  "Queue count: {0}": "Очередей: {0}",
  "Virtual host count: {0}": "Виртуальных хостов: {0}",
  "Listeners": "Слушатели",
  "Basics": "Общие сведения",
  "Cluster name: {0}": "Имя кластера: {0}",
  "Disk Nodes": "Узлы с хранением на диске",
  "Running Nodes": "Работающие узлы",
  "Versions": "Версии",
  "Maintenance status": "Обслуживание",
  "Node: {0}, status: not under maintenance": "Узел: {0}, состояние: не на обслуживании",
  "Network Partitions": "Разделения сети",
  "Flag: {0}, state: {1}": "Флаг: {0}, состояние: {1}",
};
