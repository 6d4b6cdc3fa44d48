import type { Translation } from "../../../texts/say.ts";

/** Explanations of arguments and switches, in Russian, by the English text of the table of commands. */
export const EXPLANATIONS: Translation = {
  "only output a list of discovered commands": "вывести только список найденных команд",
  "password to hash": "пароль, хеш которого нужно вычислить",
  "hashing algorithm to use: sha256, sha512, md5": "алгоритм хеширования: sha256, sha512, md5",
  "how many cluster members must be up in order for this command to exit. When <count> is 1, always exits immediately.":
    "сколько узлов кластера должно работать, чтобы команда завершилась. Если <count> равно 1, она завершается сразу.",
  "byte multiple (bytes, megabytes, gigabytes) to use": "единица размера (bytes, megabytes, gigabytes)",
  "alternative formatter (JSON, Erlang terms)": "другой формат вывода (JSON, термы Erlang)",
  "node PID file path to monitor. To avoid using a PID file, use 'rabbitmqctl shutdown'":
    "pid-файл узла, за которым нужно следить. Чтобы обойтись без pid-файла, используйте 'rabbitmqctl shutdown'",
  "return success if target node is not running (cannot be contacted)":
    "завершиться успешно, если целевой узел не запущен (с ним нельзя связаться)",
  "if set, will wait for target node to terminate (by inferring and monitoring its PID file). Only works for local nodes.":
    "ждать завершения целевого узла (pid-файл находится автоматически). Только для локальных узлов.",
  "if set, will not wait for target node to terminate": "не ждать завершения целевого узла",
  "PID file path": "путь к pid-файлу",
  "operating system PID to monitor": "идентификатор процесса (PID), за которым нужно следить",
  "New cluster name": "Новое имя кластера",
  "New limit as a fraction of total memory reported by the OS":
    "Новый предел как доля всей памяти, о которой сообщает ОС",
  "New limit as an absolute value with units, e.g. 1GB": "Новый предел как значение с единицей, например 1GB",
  "new log level": "новый уровень журналирования",
  "Self-explanatory": "Название говорит само за себя",
  "Password this user will authenticate with. Use a blank string to disable password-based authentication.":
    "Пароль, с которым пользователь будет входить. Пустая строка отключает вход по паролю.",
  "Name of the user to delete.": "Имя пользователя, которого нужно удалить.",
  "Name of the user whose password should be changed": "Имя пользователя, пароль которого нужно сменить",
  "New password to set": "Новый пароль",
  "Name of the user whose password should be cleared": "Имя пользователя, пароль которого нужно сбросить",
  "Username to use": "Имя пользователя",
  "Password to use. Can be entered via stdin in interactive mode.":
    "Пароль. В интерактивном режиме его можно ввести через stdin.",
  "Space separated list of tags": "Список тегов через пробел",
  "Limit definitions as a JSON document": "Ограничения в виде документа JSON",
  "Limit type, must be max-connections or max-channels": "Вид ограничения: max-connections или max-channels",
  "list limits for all the users": "показать ограничения всех пользователей",
  "Name of the user": "Имя пользователя",
  "Configuration permission pattern": "Шаблон права на настройку",
  "Write permission pattern": "Шаблон права на запись",
  "Read permission pattern": "Шаблон права на чтение",
  "Name of the user whose permissions should be revoked": "Имя пользователя, права которого нужно отозвать",
  "Topic exchange to set the permissions for": "Обменник типа topic, для которого задаются права",
  "Name of the user whose topic permissions should be revoked":
    "Имя пользователя, права которого на темы нужно отозвать",
  "Exchange the permissions are for": "Обменник, к которому относятся права",
  "Virtual host name": "Имя виртуального хоста",
  "Virtual host description": "Описание виртуального хоста",
  "Command separated list of tags": "Список тегов через запятую",
  "Queue type to use if no type is explicitly provided by the client": "Тип очереди, если клиент не указал его явно",
  "Name of the virtual host to delete.": "Имя виртуального хоста, который нужно удалить.",
  "Limit definitions, must be a valid JSON document": "Ограничения в виде корректного документа JSON",
  "list global limits (those not associated with a virtual host)":
    "показать глобальные ограничения (не связанные с виртуальным хостом)",
  "Comma-separated list of tags": "Список тегов, разделённых запятыми",
  "When set to true, will make it impossible to delete a virtual host until the protection is removed":
    "Если true, виртуальный хост нельзя удалить, пока защита не снята",
  "policy name (identifier)": "имя политики (идентификатор)",
  "regular expression pattern that will be used to match queues, exchanges, etc":
    "регулярное выражение, по которому выбираются очереди, обменники и т. д.",
  "policy definition (arguments). Must be a valid JSON document":
    "определение политики (аргументы): корректный документ JSON",
  "policy priority": "приоритет политики",
  "policy should only apply to queues, exchanges, or all entities (both of the above)":
    "к чему относится политика: к очередям (queues), обменникам (exchanges) или ко всему (all)",
  "a regular expression pattern that will be used to match queue, exchanges, etc":
    "регулярное выражение для выбора очередей, обменников и т. д.",
  "Name of policy to clear (remove)": "Имя политики, которую нужно удалить",
  "component name": "имя компонента",
  "parameter name (identifier)": "имя параметра (идентификатор)",
  "parameter value": "значение параметра",
  "global parameter name (identifier)": "имя глобального параметра (идентификатор)",
  "lists only queues on online (reachable) nodes": "только очереди на работающих (доступных) узлах",
  "lists only queues on offline (unreachable) nodes": "только очереди на остановленных (недоступных) узлах",
  "only return queues hosted on the target node": "только очереди, которые находятся на целевом узле",
  "per-queue timeout to use when checking for responsiveness": "время ожидания ответа каждой очереди",
  "name of the queue to delete": "имя очереди, которую нужно удалить",
  "delete the queue if it is empty (has no messages ready for delivery)":
    "удалить очередь, если она пуста (нет сообщений, готовых к доставке)",
  "delete the queue only if it has no consumers": "удалить очередь, только если у неё нет потребителей",
  "Name of the queue to purge": "Имя очереди, которую нужно очистить",
  "connection identifier (Erlang PID), see list_connections":
    "идентификатор соединения (PID Erlang), см. list_connections",
  "reason for connection closure": "причина закрытия соединения",
  "consider connections across all virtual hosts": "учитывать соединения всех виртуальных хостов",
  "close up to this many connections": "закрыть не больше указанного числа соединений",
  "inject a delay between closures": "пауза между закрытиями",
  "reason for connection closure, will be logged and provided to clients":
    "причина закрытия соединения; попадёт в журнал и будет передана клиентам",
  "Local file path to export to. Pass a dash (-) for stdout.":
    "Путь к локальному файлу для экспорта. Минус (-) означает stdout.",
  "output format to use: json or erlang": "формат вывода: json или erlang",
  "Local file path to import from. If omitted will be read from standard input":
    "Путь к локальному файлу для импорта. Если не указан, определения читаются из стандартного ввода",
  "input format to use: json or erlang": "формат ввода: json или erlang",
  "Avoids repetitive definition imports when file contents are unchanged. Target node must be configured accordingly":
    "Не импортирует определения повторно, если содержимое файлов не изменилось. Целевой узел должен быть настроен соответствующим образом",
  'name of the feature flag to enable, or "all" to enable all supported flags':
    'имя флага функции или "all", чтобы включить все поддерживаемые флаги',
  "returns deprecated features in use": "только устаревшие функции, которые используются",
  "period of time to check. Default is four (weeks).": "проверяемый срок. По умолчанию четыре (недели).",
  "time unit for the period, can be days, weeks, months, years. Default is weeks.":
    "единица срока: days, weeks, months, years. По умолчанию weeks.",
  "regular expression pattern used to match quorum queues":
    "регулярное выражение, по которому выбираются кворумные очереди",
  "run this health check across all existing virtual hosts": "выполнить проверку во всех виртуальных хостах",
  "alternative formatter to use, JSON, CSV or Erlang terms": "другой формат вывода: JSON, CSV или термы Erlang",
  "list authentication attempts by remote address and username":
    "вывести попытки по адресу клиента и имени пользователя",
  "The name of the queue/exchange": "Имя очереди или обменника",
  "the type of object to match (default: queue)": "тип объекта (по умолчанию: queue)",
  "duration in seconds to stream log. Defaults to infinity": "сколько секунд выводить. По умолчанию без ограничения",
  "regular expression to pick events": "регулярное выражение, по которому выбираются события",
  "config value to decode": "значение конфигурации, которое нужно расшифровать",
  "passphrase to use with the config value encryption key": "пароль для ключа шифрования значений конфигурации",
  "cipher suite to use": "набор шифров",
  "hashing function to use": "функция хеширования",
  "number of iteration to apply": "число итераций",
  "a double-quoted rabbitmq.conf string value to decode":
    "строковое значение rabbitmq.conf в двойных кавычках, которое нужно расшифровать",
  "config value to encode": "значение конфигурации, которое нужно зашифровать",
  "number of lines to print. Defaults to 50": "число строк. По умолчанию 50",
  "Name of the queue": "Имя очереди",
  "Name of the stream": "Имя потока",
  "Position in the queue, starts at 1": "Позиция в очереди, начиная с 1",
  "queue type, must be one of: all, classic, quorum": "тип очереди: all, classic или quorum",
  "regular expression to match queue names": "регулярное выражение для имён очередей",
  "regular expression to match virtual host names": "регулярное выражение для имён виртуальных хостов",
  "Name of the quorum queue": "Имя кворумной очереди",
  "only list plugins that match a regular expression pattern":
    "только плагины, имена которых подходят под регулярное выражение",
  "output more information": "вывести больше сведений",
  "only print plugin names. Most useful in compbination with --silent and --enabled.":
    "только имена плагинов. Удобнее всего вместе с --silent и --enabled.",
  "only list enabled plugins": "только включённые плагины",
  "include plugins enabled as dependencies of other plugins":
    "вместе с плагинами, которые включены как зависимости других плагинов",
  "names of plugins to check separated by a space": "имена проверяемых плагинов через пробел",
  "contact target node to perform the check. Requires the node to be running and reachable.":
    "обратиться к целевому узлу. Узел должен работать и быть доступен.",
  "check enabled plugins file directly without contacting target node.":
    "проверить файл включённых плагинов, не обращаясь к целевому узлу.",
  "names of plugins to enable separated by a space": "имена включаемых плагинов через пробел",
  "contact target node to enable the plugins. Changes are applied immediately.":
    "обратиться к целевому узлу. Изменения вступают в силу сразу.",
  "update enabled plugins file directly without contacting target node. Changes will be delayed until the node is restarted.":
    "изменить файл включённых плагинов, не обращаясь к целевому узлу. Изменения вступят в силу после перезапуска узла.",
  "enable all available plugins. Not recommended as some plugins may conflict or otherwise be incompatible!":
    "включить все доступные плагины. Не рекомендуется: некоторые плагины могут быть несовместимы!",
  "names of plugins to disable separated by a space": "имена отключаемых плагинов через пробел",
  "contact target node to disable the plugins. Changes are applied immediately.":
    "обратиться к целевому узлу, чтобы отключить плагины. Изменения вступают в силу сразу.",
  "disable all currently enabled plugins": "отключить все включённые плагины",
  "names of plugins to enable separated by a space. All other plugins will be disabled.":
    "имена включаемых плагинов через пробел. Все остальные плагины будут отключены.",
  "Number of messages (default: 10)": "Число сообщений (по умолчанию: 10)",
  "Offset of the first message of a stream": "Смещение первого сообщения потока",
  "Writes each item as JSON on a line of its own": "Выводит каждый элемент как JSON в отдельной строке",
  "Virtual host (default: /)": "Виртуальный хост (по умолчанию: /)",
  "Name of the queue that has the messages": "Имя очереди, в которой находятся сообщения",
  "Name of the queue that gets them": "Имя очереди, которая их получит",
  "Number of messages (default: all that are ready)": "Число сообщений (по умолчанию: все готовые)",
  "Only messages that were published to this exchange": "Только сообщения, опубликованные в этот обменник",
  "Only messages with this routing key": "Только сообщения с этим ключом маршрутизации",
  "Only messages with these headers": "Только сообщения с этими заголовками",
  "Leaves the messages in the source, too": "Оставляет сообщения и в исходной очереди",
  "Name of the queue that has the dead letters": "Имя очереди с мёртвыми письмами",
  "Only messages that died so: rejected, expired, maxlen or delivery_limit":
    "Только письма, умершие по этой причине: rejected, expired, maxlen или delivery_limit",
  "Only messages that died in this queue": "Только письма, умершие в этой очереди",
  "Only messages whose last death was so, whatever they died of before":
    "Только письма, последняя смерть которых была такой, какими бы ни были прежние",
  "Name of the exchange, or amq.default": "Имя обменника или amq.default",
  "Routing key of the message (default: none)": "Ключ маршрутизации сообщения (по умолчанию: пустой)",
  "Properties of the message, with its headers": "Свойства сообщения вместе с заголовками",
  "Name of the exchange": "Имя обменника",
  "Routing key": "Ключ маршрутизации",
  'Properties of all messages, such as {"content_type":"text/plain"}':
    'Свойства всех сообщений, например {"content_type":"text/plain"}',
  "Each line is a JSON object with payload, payload_encoding, routing_key and properties":
    "Каждая строка — объект JSON с полями payload, payload_encoding, routing_key и properties",
  "Number of messages after which it ends (default: none)":
    "Число сообщений, после которого команда завершается (по умолчанию: без ограничения)",
  "Time without a message after which it ends (default: none)":
    "Время без сообщений, после которого команда завершается (по умолчанию: без ограничения)",
  "Name of the queue: of a classic or quorum queue up to 100 messages a second are shown":
    "Имя очереди: для классической или кворумной показывается до 100 сообщений в секунду",
  "Binding key (default: # for all of a topic exchange)":
    "Ключ привязки (по умолчанию: # — всё, что проходит через обменник типа topic)",
  "Writes each message as JSON on a line of its own": "Выводит каждое сообщение как JSON в отдельной строке",
  "Time between two tables (default: 2)": "Время между двумя таблицами (по умолчанию: 2)",
  "Number of tables after which it ends (default: none on a terminal, else 1)":
    "Число таблиц, после которого команда завершается (по умолчанию: в терминале без ограничения, иначе 1)",
  "Queues with the most come first: messages, unacked, in, out (default: messages)":
    "Сначала очереди с наибольшим значением: messages, unacked, in, out (по умолчанию: messages)",
  "quorum queue name": "имя кворумной очереди",
  "node to add a new replica on": "узел, на котором нужна новая реплика",
  "stream queue name": "имя очереди типа stream",
  "New node type": "Новый тип узла",
  "node to remove a new replica on": "узел, с которого нужно удалить реплику",
  "node to remove a replica from": "узел, реплику с которого нужно удалить",
  "try to update cluster membership state directly. Use when target node is stopped. Only works for local nodes.":
    "изменить состав кластера напрямую, если целевой узел остановлен. Только для локальных узлов.",
  "node name to place replicas on": "имя узла, на котором нужны реплики",
  "add a replica for all matching streams or just those whose replica count is an even number":
    "добавить реплику всем подходящим потокам или только тем, у которых чётное число реплик",
  "regular expression to match stream names": "регулярное выражение для имён потоков",
  "only list streams which reported an error": "вывести только потоки с ошибкой",
  "add a member for all matching queues or just those whose membership count is an even number":
    "добавить участника всем подходящим очередям или только тем, у которых чётное число участников",
  "only list queues which reported an error": "вывести только очереди с ошибкой",
  "number of nodes to place replicas on": "число узлов, на которых нужны реплики",
  "add a promotable non-voter (default) or full voter":
    "добавить участника, который получит право голоса позже (по умолчанию), или сразу с правом голоса",
  "Existing cluster member (node) to join": "Участник кластера (узел), к которому нужно присоединиться",
  "new node should be a disk one (stores its schema on disk). Highly recommended, used by default.":
    "новый узел хранит схему на диске. Рекомендуется, используется по умолчанию.",
  "new node should be a RAM one (stores schema in RAM). Not recommended. Consult clustering doc guides first.":
    "новый узел хранит схему в ОЗУ. Не рекомендуется. Сначала прочтите руководства по кластерам.",
  "Original node name": "Прежнее имя узла",
  "New node name": "Новое имя узла",
  "stream name": "имя потока",
  "preferred leader node": "предпочтительный ведущий узел",
  "node name to remove replicas from": "имя узла, с которого нужно удалить реплики",
  "node to transfer the leadership to": "узел, которому передаётся роль ведущего",
  "Cluster node to seed known cluster members from": "Узел кластера, с которого берётся список участников",
  "when set, display additional Erlang/OTP system information": "показать дополнительные сведения о системе Erlang/OTP",
  "when set, displays local Erlang/OTP version (that used by CLI tools)":
    "показать версию локальной Erlang/OTP (её используют программы командной строки)",
  "Expression to evaluate": "Выражение, которое нужно выполнить",
  "Path to the file to evaluate": "Путь к файлу с кодом",
  "disable inter-node communication": "отключить связь между узлами",
  "Target directory for HiPE-compiled modules": "Каталог для модулей, скомпилированных HiPE",
  "Update interval to use, in seconds": "Интервал обновления в секундах",
  "sampling interval to use in seconds": "интервал измерения в секундах",
  "Channel interceptor module name": "Имя модуля перехватчика каналов",
  "Priority (integer) the interceptor runs at, lower runs first":
    "Приоритет перехватчика (целое число); с меньшим выполняется раньше",
  "Queue name": "Имя очереди",
  "Name of the queue to synchronise": "Имя очереди, которую нужно синхронизировать",
  "do not contact target node. Try to infer directories from the environment.":
    "не обращаться к целевому узлу, а определить каталоги по окружению.",
  "infer directories from target node.": "узнать каталоги у целевого узла.",
  "retention policy": "политика хранения",
  "output format to use: openssl, erlang or map": "формат вывода: openssl, erlang или map",
  "list all available suites": "вывести все доступные наборы",
};
