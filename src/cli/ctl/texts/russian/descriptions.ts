import type { Translation } from "../../../texts/say.ts";

/** What commands do, in Russian, by the English text of the table of commands. */
export const DESCRIPTIONS: Translation = {
  "Displays usage information for a command": "Показывает справку о команде",
  "Provides command name autocomplete variants": "Выводит варианты автодополнения имени команды",
  "Displays CLI tools version": "Показывает версию программ командной строки",
  "Hashes a plaintext password": "Вычисляет хеш пароля",
  "Checks that the node OS process is up, registered with EPMD and CLI tools can authenticate with it":
    "Проверяет, что процесс узла запущен, зарегистрирован в EPMD и принимает программы командной строки",
  "Waits for the RabbitMQ application to start on the target node": "Ждёт запуска приложения RabbitMQ на целевом узле",
  "Waits for <count> nodes to join the cluster": "Ждёт, пока в кластер войдут <count> узлов",
  "Displays status of a node": "Показывает состояние узла",
  "Displays the name and value of each variable in the application environment for each running application":
    "Показывает имя и значение каждой переменной окружения приложений, которые запущены",
  "Stops RabbitMQ and its runtime (Erlang VM). Requires a local node pid file path to monitor progress.":
    "Останавливает RabbitMQ и его среду выполнения (Erlang VM). Нужен путь к локальному pid-файлу узла, чтобы следить за ходом остановки",
  "Stops RabbitMQ and its runtime (Erlang VM). Monitors progress for local nodes. Does not require a PID file path.":
    "Останавливает RabbitMQ и его среду выполнения (Erlang VM). Следит за ходом остановки локальных узлов. Pid-файл не нужен",
  "Stops the RabbitMQ application, leaving the runtime (Erlang VM) running":
    "Останавливает приложение RabbitMQ, а среду выполнения (Erlang VM) оставляет запущенной",
  "Starts the RabbitMQ application but leaves the runtime (Erlang VM) running":
    "Запускает приложение RabbitMQ в среде выполнения (Erlang VM), которая уже работает",
  "Instructs a RabbitMQ node to leave the cluster and return to its virgin state":
    "Выводит узел RabbitMQ из кластера и возвращает его в исходное состояние",
  "Forcefully returns a RabbitMQ node to its virgin state":
    "Принудительно возвращает узел RabbitMQ в исходное состояние",
  "Waits for RabbitMQ node startup by monitoring a local PID file. See also 'rabbitmqctl await_online_nodes'":
    "Ждёт запуска узла RabbitMQ по локальному pid-файлу. См. также 'rabbitmqctl await_online_nodes'",
  "Does nothing [deprecated]": "Ничего не делает [устарела]",
  "DEPRECATED. Performs intrusive, opinionated health checks on a fully booted node. See https://www.rabbitmq.com/monitoring.html#health-checks instead":
    "УСТАРЕЛА. Проверяет полностью запущенный узел и при этом вмешивается в его работу. Вместо неё см. https://www.rabbitmq.com/monitoring.html#health-checks",
  "Displays all the nodes in the cluster grouped by node type, together with the currently running nodes":
    "Показывает все узлы кластера по типам и узлы, которые сейчас работают",
  "Sets the cluster name": "Задаёт имя кластера",
  "Sets the vm_memory_high_watermark setting": "Задаёт параметр vm_memory_high_watermark",
  "Sets the disk_free_limit setting": "Задаёт параметр disk_free_limit",
  "Sets log level in the running node": "Задаёт уровень журналирования работающего узла",
  "Shows log file location(s) on target node": "Показывает, где находятся файлы журнала целевого узла",
  "Creates a new user in the internal database. This user will have no permissions for any virtual hosts by default.":
    "Создаёт пользователя во внутренней базе. Сначала у него нет прав ни в одном виртуальном хосте",
  "Removes a user from the internal database. Has no effect on users provided by external backends such as LDAP":
    "Удаляет пользователя из внутренней базы. Не влияет на пользователей внешних источников, таких как LDAP",
  "Changes the user password": "Меняет пароль пользователя",
  "Clears (resets) password and disables password login for a user":
    "Сбрасывает пароль пользователя и отключает вход по паролю",
  "Attempts to authenticate a user. Exits with a non-zero code if authentication fails.":
    "Пытается аутентифицировать пользователя. При неудаче код завершения не равен нулю",
  "Sets user tags": "Задаёт теги пользователя",
  "List user names and tags": "Выводит имена и теги пользователей",
  "Sets user limits": "Задаёт ограничения пользователя",
  "Clears user connection/channel limits": "Снимает ограничения на соединения и каналы пользователя",
  "Displays configured user limits": "Показывает заданные ограничения пользователей",
  "Lists user permissions in a virtual host": "Выводит права пользователей в виртуальном хосте",
  "Lists permissions of a user across all virtual hosts": "Выводит права пользователя во всех виртуальных хостах",
  "Sets user permissions for a vhost": "Задаёт права пользователя в виртуальном хосте",
  "Sets user permissions for all virtual hosts.": "Задаёт права пользователя во всех виртуальных хостах",
  "Revokes user permissions for a vhost": "Отзывает права пользователя в виртуальном хосте",
  "Lists topic permissions in a virtual host": "Выводит права на темы в виртуальном хосте",
  "Lists user topic permissions": "Выводит права пользователя на темы",
  "Sets user topic permissions for an exchange": "Задаёт права пользователя на темы обменника",
  "Clears user topic permissions for a vhost or exchange":
    "Отзывает права пользователя на темы в виртуальном хосте или обменнике",
  "Creates a virtual host": "Создаёт виртуальный хост",
  "Deletes a virtual host": "Удаляет виртуальный хост",
  "Lists virtual hosts": "Выводит виртуальные хосты",
  "Sets virtual host tags": "Задаёт теги виртуального хоста",
  "Sets virtual host limits": "Задаёт ограничения виртуального хоста",
  "Clears virtual host limits": "Снимает ограничения виртуального хоста",
  "Displays configured virtual host limits": "Показывает заданные ограничения виртуальных хостов",
  "Restarts a failed vhost data stores and queues": "Перезапускает хранилища и очереди виртуального хоста после сбоя",
  "Updates metadata (tags, description, default queue type, protection from deletion) a virtual host":
    "Меняет метаданные виртуального хоста (теги, описание, тип очереди по умолчанию, защиту от удаления)",
  "Protects a virtual host from deletion (until the protection is removed)":
    "Защищает виртуальный хост от удаления (пока защита не снята)",
  "Removes deletion protection from a virtual host (so that it can be deleted)":
    "Снимает с виртуального хоста защиту от удаления (чтобы его можно было удалить)",
  "Lists all policies in a virtual host": "Выводит все политики виртуального хоста",
  "Lists operator policy overrides for a virtual host": "Выводит политики оператора виртуального хоста",
  "Sets or updates a policy": "Задаёт или меняет политику",
  "Sets an operator policy that overrides a subset of arguments in user policies":
    "Задаёт политику оператора, которая замещает часть аргументов в политиках пользователей",
  "Clears (removes) a policy": "Удаляет политику",
  "Clears an operator policy": "Удаляет политику оператора",
  "Lists runtime parameters for a virtual host": "Выводит параметры времени выполнения виртуального хоста",
  "Sets a runtime parameter.": "Задаёт параметр времени выполнения",
  "Clears a runtime parameter.": "Удаляет параметр времени выполнения",
  "Lists global runtime parameters": "Выводит глобальные параметры времени выполнения",
  "Clears a global runtime parameter": "Удаляет глобальный параметр времени выполнения",
  "Lists queues and their properties": "Выводит очереди и их свойства",
  "Tests queues to respond within timeout. Lists those which did not respond":
    "Проверяет, отвечают ли очереди за отведённое время. Выводит те, которые не ответили",
  "Deletes a queue": "Удаляет очередь",
  "Purges a queue (removes all messages in it)": "Очищает очередь (удаляет из неё все сообщения)",
  "Lists exchanges": "Выводит обменники",
  "Lists all bindings on a vhost": "Выводит все привязки виртуального хоста",
  "Lists all consumers for a vhost": "Выводит всех потребителей виртуального хоста",
  "Lists AMQP 0.9.1 connections for the node": "Выводит соединения AMQP 0.9.1 узла",
  "Lists all channels in the node": "Выводит все каналы узла",
  "Instructs the broker to close the connection associated with the Erlang process id":
    "Закрывает соединение с указанным идентификатором процесса Erlang",
  "Instructs the broker to close all connections for the specified vhost or entire RabbitMQ node":
    "Закрывает все соединения указанного виртуального хоста или всего узла RabbitMQ",
  "Instructs the broker to close all connections of the specified user":
    "Закрывает все соединения указанного пользователя",
  "Exports definitions in JSON or compressed Erlang Term Format.":
    "Экспортирует определения в формате JSON или в сжатом формате термов Erlang",
  "Imports definitions in JSON or compressed Erlang Term Format.":
    "Импортирует определения в формате JSON или в сжатом формате термов Erlang",
  "Lists feature flags": "Выводит флаги функций",
  "Enables a feature flag or all supported feature flags on the target node":
    "Включает флаг функции или все поддерживаемые флаги на целевом узле",
  "Lists deprecated features": "Выводит устаревшие функции",
  "Health check that exits with a non-zero code if the RabbitMQ app on the target node is not running":
    "Проверка состояния: код завершения не равен нулю, если приложение RabbitMQ на целевом узле не работает",
  "Checks if RabbitMQ is fully booted and running on the target node":
    "Проверяет, что RabbitMQ на целевом узле полностью запущен и работает",
  "Checks if RabbitMQ is still booting on the target node": "Проверяет, запускается ли ещё RabbitMQ на целевом узле",
  "Health check that exits with a non-zero code if the target node reports any alarms, local or cluster-wide.":
    "Проверка состояния: код завершения не равен нулю, если целевой узел сообщает о тревогах, своих или кластера",
  "Health check that exits with a non-zero code if the target node reports any local alarms":
    "Проверка состояния: код завершения не равен нулю, если целевой узел сообщает о своих тревогах",
  "Lists resource alarms (local or cluster-wide) in effect on the target node":
    "Выводит действующие тревоги о ресурсах (узла или кластера) на целевом узле",
  "Health check that checks if all vhosts are running in the target node":
    "Проверка состояния: работают ли все виртуальные хосты на целевом узле",
  "Checks the expiration date on the certificates for every listener configured to use TLS":
    "Проверяет срок действия сертификатов всех слушателей, которые используют TLS",
  "Checks that quorum queue have elected and available leader replicas":
    "Проверяет, что у кворумных очередей есть избранные и доступные ведущие реплики",
  "Generate a report listing all deprecated features in use":
    "Составляет отчёт обо всех устаревших функциях, которые используются",
  "Health check that exits with a non-zero code if there are policies that enable classic queue mirroring":
    "Проверка состояния: код завершения не равен нулю, если есть политики, которые включают зеркалирование классических очередей",
  "Health check that exits with a non-zero code if the metadata store on target node has not yet finished initializing":
    "Проверка состояния: код завершения не равен нулю, если хранилище метаданных целевого узла ещё не готово",
  "Health check that exits with a non-zero code if there are queues with minimum online quorum (queues that would lose their quorum if the target node is shut down)":
    "Проверка состояния: код завершения не равен нулю, если есть очереди с минимальным кворумом (они потеряют кворум при остановке целевого узла)",
  "Health check that exits with a non-zero code if there are classic mirrored queues without online synchronised mirrors (queues that would potentially lose data if the target node is shut down)":
    "Проверка состояния: код завершения не равен нулю, если есть зеркалированные классические очереди без синхронизированных зеркал (они могут потерять данные при остановке целевого узла)",
  "Health check that exits with a non-zero code if there are queues that run promotable replicas on the current node.":
    "Проверка состояния: код завершения не равен нулю, если на этом узле есть очереди с репликами, которые могут стать ведущими",
  "Lists active connection listeners (bound interface, port, protocol) on the target node":
    "Выводит действующие слушатели соединений (интерфейс, порт, протокол) целевого узла",
  "Health check that exits with a non-zero code if target node does not have an active listener for given port":
    "Проверка состояния: код завершения не равен нулю, если у целевого узла нет слушателя на указанном порту",
  "Health check that exits with a non-zero code if target node does not have an active listener for given protocol":
    "Проверка состояния: код завершения не равен нулю, если у целевого узла нет слушателя указанного протокола",
  "Basic TCP connectivity health check for each listener's port on the target node":
    "Простая проверка доступности по TCP порта каждого слушателя целевого узла",
  "Suspends client connection listeners so that no new client connections are accepted":
    "Приостанавливает слушатели, и новые соединения клиентов не принимаются",
  "Resumes client connection listeners making them accept client connections again":
    "Возобновляет слушатели, и соединения клиентов снова принимаются",
  "Puts the node in maintenance mode. Such nodes will not serve any client traffic or host any primary queue replicas":
    "Переводит узел в режим обслуживания. Такой узел не работает с клиентами и не держит основных реплик очередей",
  "Puts the node out of maintenance and into regular operating mode. Such nodes will again serve client traffic and host primary queue replicas":
    "Выводит узел из режима обслуживания. Узел снова работает с клиентами и держит основные реплики очередей",
  "Displays server version on the target node": "Показывает версию сервера на целевом узле",
  "Provides a memory usage breakdown on the target node.": "Показывает, на что целевой узел расходует память",
  "Lists authentication attempts on the target node": "Выводит попытки аутентификации на целевом узле",
  "Resets auth attempt metrics on the target node": "Сбрасывает счётчики попыток аутентификации на целевом узле",
  "Lists all policies matching a queue/exchange (only the highest priority policy is active)":
    "Выводит все политики, подходящие к очереди или обменнику (действует только политика с наивысшим приоритетом)",
  "Resets statistics database. This will remove all metrics data!":
    "Сбрасывает базу статистики. Все показатели будут удалены!",
  "Generate a server status report containing a concatenation of all server status information for support purposes":
    "Составляет отчёт о состоянии сервера для службы поддержки, где собраны все сведения о нём",
  "Streams internal events from a running node. Output is jq-compatible.":
    "Выводит внутренние события работающего узла. Вывод можно разбирать программой jq",
  "Decrypts an encrypted configuration value": "Расшифровывает зашифрованное значение конфигурации",
  "Encrypts a sensitive configuration value": "Шифрует секретное значение конфигурации",
  "Encrypts a sensitive configuration value to be used in the advanced.config file":
    "Шифрует секретное значение конфигурации для файла advanced.config",
  "Lists cipher suites supported by encoding commands":
    "Выводит наборы шифров, которые поддерживают команды шифрования",
  "Lists hash functions supported by encoding commands":
    "Выводит функции хеширования, которые поддерживают команды шифрования",
  "Prints the last N lines of the log on the node": "Выводит последние N строк журнала узла",
  "Streams logs from a running node for a period of time":
    "Выводит журнал работающего узла в течение некоторого времени",
  "Displays quorum status of a quorum queue": "Показывает состояние кворума кворумной очереди",
  "Displays the status of a stream": "Показывает состояние потока",
  "Peeks at the given position of a quorum queue": "Показывает сообщение кворумной очереди в указанной позиции",
  "Re-balances leaders of replicated queues across up-and-running cluster nodes":
    "Перераспределяет ведущие реплики очередей по работающим узлам кластера",
  "Flushes quorum queue processes WAL, performs a full sweep GC on all of its local Erlang processes":
    "Сбрасывает на диск WAL процессов кворумной очереди и выполняет полную сборку мусора во всех её локальных процессах Erlang",
  "Lists plugins and their state": "Выводит плагины и их состояние",
  "Health check that exits with a non-zero code if provided plugins are not enabled on target node":
    "Проверка состояния: код завершения не равен нулю, если указанные плагины не включены на целевом узле",
  "Enables one or more plugins": "Включает один или несколько плагинов",
  "Disables one or more plugins": "Отключает один или несколько плагинов",
  "Enables one or more plugins, disables the rest": "Включает один или несколько плагинов, а остальные отключает",
  "Waits for all quorum queues to have an above minimum online quorum. This makes sure that no queues would lose their quorum if the target node is shut down":
    "Ждёт, пока у каждой кворумной очереди работающих реплик станет больше, чем нужно для кворума. Тогда ни одна очередь не потеряет кворум при остановке целевого узла",
  "Waits for all classic mirrored queues hosted on the target node to have at least one synchronized mirror online. This makes sure that if target node is shut down, there will be an up-to-date mirror to promote.":
    "Ждёт, пока у всех зеркалированных классических очередей целевого узла будет хотя бы одно синхронизированное зеркало. Тогда при остановке узла его сможет заменить актуальное зеркало",
  "Runs post-upgrade tasks": "Выполняет задачи после обновления",
  "Shows messages of a queue, and leaves them as they are": "Показывает сообщения очереди и оставляет их как есть",
  "Moves messages from one queue to another": "Перемещает сообщения из одной очереди в другую",
  "Moves dead letters back to the queues in which they died":
    "Возвращает мёртвые письма в очереди, в которых они умерли",
  "Shows where a message would go, without publishing it": "Показывает, куда попало бы сообщение, не публикуя его",
  "Publishes each line of standard input as a message": "Публикует каждую строку стандартного ввода как сообщение",
  "Takes messages of a queue, and writes each as a line of standard output":
    "Забирает сообщения из очереди и выводит каждое отдельной строкой в стандартный вывод",
  "Shows messages as they come by, without disturbing them": "Показывает проходящие сообщения, не мешая им",
  "Shows queues, connections and rates, and again after each interval":
    "Показывает очереди, соединения и скорости и обновляет их через равные промежутки времени",
  "Adds a quorum queue member (replica) on the given node.":
    "Добавляет участника (реплику) кворумной очереди на указанном узле",
  "Adds a stream queue replica on the given node": "Добавляет реплику потока на указанном узле",
  "Changes the type of the cluster node": "Меняет тип узла кластера",
  "Displays raft status of the stream coordinator": "Показывает состояние raft координатора потоков",
  "Removes a quorum queue member (replica) on the given node.":
    "Удаляет участника (реплику) кворумной очереди с указанного узла",
  "Removes a stream queue replica on the given node": "Удаляет реплику потока с указанного узла",
  "Performs peer discovery and lists discovered nodes, if any":
    "Выполняет обнаружение узлов и выводит найденные узлы, если они есть",
  "Forces node to start even if it cannot contact or rejoin any of its previously known peers":
    "Запускает узел принудительно, даже если он не может связаться ни с одним из известных ему узлов кластера",
  "Removes a node from the cluster": "Удаляет узел из кластера",
  "Grows stream clusters by adding a replica on the specified node for all matching streams":
    "Добавляет реплику на указанном узле для всех подходящих потоков",
  "Grows quorum queue clusters by adding a member (replica) on the specified node for all matching queues":
    "Добавляет участника (реплику) на указанном узле для всех подходящих кворумных очередей",
  "Grows quorum queue clusters by adding member replicas on the specified number of nodes for all matching queues":
    "Добавляет реплики на указанном числе узлов для всех подходящих кворумных очередей",
  "Health check that exits with a non-zero code if the cluster has not yet reached its target size":
    "Проверка состояния: код завершения не равен нулю, если кластер ещё не достиг заданного размера",
  "Instructs the node to become a member of the cluster that the specified node is in":
    "Присоединяет узел к кластеру, в котором находится указанный узел",
  "Makes sure all virtual hosts were initialized on all reachable cluster nodes":
    "Проверяет, что все виртуальные хосты подготовлены на всех доступных узлах кластера",
  "Renames cluster nodes in the local database": "Переименовывает узлы кластера в локальной базе",
  "Restarts a stream.": "Перезапускает поток",
  "Shrinks stream clusters by removing any replicas on the given node.":
    "Удаляет реплики всех потоков с указанного узла",
  "Shrinks quorum queue clusters by removing any members (replicas) on the given node.":
    "Удаляет участников (реплики) всех кворумных очередей с указанного узла",
  "Transfers the leadership of a quorum queue to the given node.":
    "Передаёт роль ведущего кворумной очереди указанному узлу",
  "Transfers the leadership of a stream to the given node.": "Передаёт роль ведущего потока указанному узлу",
  "Instructs a cluster member node to sync the list of known cluster members from <seed_node>":
    "Обновляет список известных участников у узла кластера по узлу <seed_node>",
  "Makes all Erlang processes on the target node perform/schedule a full sweep garbage collection":
    "Выполняет полную сборку мусора во всех процессах Erlang целевого узла",
  "Displays consistent hashing exchange ring state":
    "Показывает состояние кольца обменника с согласованным хешированием",
  "Displays a hash of the Erlang cookie (shared secret) used by the target node":
    "Показывает хеш cookie Erlang (общего секрета) целевого узла",
  "Display Erlang cookie source (e.g. $HOME/.erlang.cookie file) information useful for troubleshooting":
    "Показывает, откуда берётся cookie Erlang (например, $HOME/.erlang.cookie), для поиска неисправностей",
  "Displays Erlang/OTP version on the target node": "Показывает версию Erlang/OTP на целевом узле",
  "Evaluates a snippet of Erlang code on the target node": "Выполняет код Erlang на целевом узле",
  "Evaluates a file that contains a snippet of Erlang code on the target node":
    "Выполняет код Erlang из файла на целевом узле",
  "Evaluates a snippet of Elixir code on the CLI node": "Выполняет код Elixir на узле командной строки",
  "DEPRECATED. This command is a no-op. HiPE is no longer supported by modern Erlang versions":
    "УСТАРЕЛА. Команда ничего не делает. Современные версии Erlang не поддерживают HiPE",
  'Detects Erlang processes ("lightweight threads") potentially not making progress on the target node':
    "Находит процессы Erlang («лёгкие потоки») целевого узла, которые, возможно, зависли",
  "Starts a CLI observer interface on the target node": "Запускает консольный observer на целевом узле",
  "Starts an interactive Erlang shell on the target node": "Запускает интерактивную оболочку Erlang на целевом узле",
  "Provides a breakdown of runtime thread activity stats on the target node":
    "Показывает, на что тратят время потоки среды выполнения целевого узла",
  "Lists registered channel interceptors with their name, intercepted AMQP operations, and priority":
    "Выводит перехватчики каналов с именем, операциями AMQP и приоритетом",
  "Sets the priorities of the given channel interceptors on the running node. The change applies immediately but is not persisted and does not survive a node restart":
    "Задаёт приоритеты указанных перехватчиков каналов на работающем узле. Изменение действует сразу, но не сохраняется после перезапуска узла",
  "Instructs a synchronising mirrored queue to stop synchronising itself":
    "Прекращает синхронизацию зеркалированной очереди",
  "List all operator policies that enable classic queue mirroring":
    "Выводит все политики оператора, которые включают зеркалирование классических очередей",
  "List all policies that enable classic queue mirroring":
    "Выводит все политики, которые включают зеркалирование классических очередей",
  "Removes keys that enable classic queue mirroring from all regular and operator policies":
    "Удаляет из всех политик, обычных и оператора, ключи, которые включают зеркалирование классических очередей",
  "Instructs a mirrored queue with unsynchronised mirrors (follower replicas) to synchronise them":
    "Синхронизирует зеркала (ведомые реплики) зеркалированной очереди",
  "Forces checkpoints for all matching quorum queues":
    "Принудительно создаёт контрольные точки всех подходящих кворумных очередей",
  "Forces node to start as a standalone node": "Принудительно запускает узел как отдельный",
  "Displays quorum status of Khepri metadata store": "Показывает состояние кворума хранилища метаданных Khepri",
  "Lists schema database tables and their properties": "Выводит таблицы базы схемы и их свойства",
  "[Re-]activates free disk space monitoring on a node":
    "Включает (в том числе повторно) контроль свободного места на диске узла",
  "Deactivates free disk space monitoring on a node": "Отключает контроль свободного места на диске узла",
  "Displays target node's command-line arguments and flags as reported by the runtime":
    "Показывает аргументы командной строки и флаги целевого узла, как о них сообщает среда выполнения",
  "Lists RabbitMQ-specific environment variables set on target node":
    "Выводит переменные окружения RabbitMQ, заданные на целевом узле",
  "Displays plugin directory and enabled plugin file paths":
    "Показывает пути к каталогу плагинов и к файлу включённых плагинов",
  "Lists network interfaces (NICs) on the target node": "Выводит сетевые интерфейсы целевого узла",
  "Resolves a hostname to a set of addresses. Takes Erlang's inetrc file into account.":
    "Преобразует имя хоста в набор адресов с учётом файла inetrc Erlang",
  "Displays effective hostname resolver (inetrc) configuration on target node":
    "Показывает действующую настройку разрешения имён хостов (inetrc) целевого узла",
  "Sets the retention policy of a stream queue": "Задаёт политику хранения потока",
  "Displays message size distribution statistics aggregated across all cluster nodes":
    "Показывает распределение размеров сообщений по всем узлам кластера",
  "Disables the tracking of peer IP address and username of authentication attempts":
    "Отключает учёт IP-адресов и имён пользователей в попытках аутентификации",
  "Enables the tracking of peer IP address and username of authentication attempts":
    "Включает учёт IP-адресов и имён пользователей в попытках аутентификации",
  "Displays certificates (public keys) for every listener on target node that is configured to use TLS":
    "Показывает сертификаты (открытые ключи) всех слушателей целевого узла, которые используют TLS",
  "Lists cipher suites enabled by default. To list all available cipher suites, add the --all argument.":
    "Выводит наборы шифров, включённые по умолчанию. Чтобы увидеть все доступные наборы, добавьте аргумент --all",
  "Lists TLS versions supported (but not necessarily allowed) on the target node":
    "Выводит версии TLS, которые целевой узел поддерживает (но не обязательно разрешает)",
};
