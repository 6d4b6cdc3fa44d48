import type { Translation } from "../../../texts/say.ts";

/** What health checks and commands for listeners write, in Russian. */
export const CHECKS: Translation = {
  "Checking if RabbitMQ is running on node {0} ...": "Проверяется, работает ли RabbitMQ на узле {0} ...",
  "Asking node {0} for its status ...": "Узел {0}: запрашивается состояние ...",
  "Asking node {0} for its boot status ...": "Узел {0}: запрашивается состояние запуска ...",
  "RabbitMQ on node {0} is booting": "RabbitMQ на узле {0} запускается",
  "RabbitMQ on node {0} is fully booted (check with is_running), stopped or has not started booting yet":
    "RabbitMQ на узле {0} полностью запущен (проверяет is_running), остановлен или ещё не начал запускаться",
  "Asking node {0} to report any local resource alarms ...": "Узел {0}: запрашиваются тревоги о ресурсах узла ...",
  "Node {0} reported no alarms, local or clusterwide": "Узел {0} не сообщает о тревогах, ни своих, ни кластера",
  "Node {0} reported no local alarms": "Узел {0} не сообщает о своих тревогах",
  "Asking node {0} to report any known resource alarms ...": "Узел {0}: запрашиваются все тревоги о ресурсах ...",
  "Checking if all vhosts are running on node {0} ...":
    "Проверяется, работают ли все виртуальные хосты на узле {0} ...",
  "Node {0} reported all vhosts as running": "Узел {0} сообщает, что все виртуальные хосты работают",
  "unit '{0}' is not supported. Please use one of: days, weeks, months, years":
    "единица '{0}' не поддерживается. Используйте одну из: days, weeks, months, years",
  "Checking certificate expiration on node {0} ...": "Проверяется срок действия сертификатов на узле {0} ...",
  "Checking for quorum queues without an elected leader on node {0} ...":
    "Проверяется, есть ли на узле {0} кворумные очереди без избранного ведущего ...",
  "Node {0} reported all quorum queues as having responsive leader replicas":
    "Узел {0} сообщает, что ведущие реплики всех кворумных очередей отвечают",
  "Checking if any deprecated features are used on node {0} ...":
    "Проверяется, используются ли на узле {0} устаревшие функции ...",
  "Cluster reported no deprecated features in use": "Кластер сообщает, что устаревшие функции не используются",
  "Cluster reported some deprecated features in use: {0}": "Кластер сообщает, что используются устаревшие функции: {0}",
  "Checking if cluster has any classic queue mirroring policy on node {0} ...":
    "Узел {0}: проверяется, есть ли в кластере политики зеркалирования классических очередей ...",
  "Cluster reported no policies that enable classic queue mirroring":
    "Кластер сообщает, что политик зеркалирования классических очередей нет",
  "Checking if metadata store is initialized on node {0} ...":
    "Проверяется, готово ли хранилище метаданных на узле {0} ...",
  "Metadata store on node {0} has completed its initialization": "Хранилище метаданных на узле {0} готово",
  "Checking if metadata store is initialized with data on node {0} ...":
    "Проверяется, готово ли хранилище метаданных с данными на узле {0} ...",
  "Metadata store on node {0} has completed its initialization and data import":
    "Хранилище метаданных на узле {0} готово, данные импортированы",
  "Checking if node {0} is critical for quorum of any quorum queues ...":
    "Проверяется, нужен ли узел {0} для кворума кворумных очередей ...",
  "Checking if node {0} is critical for data availability of any non-synchronised mirrored queues ...":
    "Проверяется, нужен ли узел {0} для доступности данных несинхронизированных зеркалированных очередей ...",
  "Checking if node {0} has any local quorum queue replicas that have not finished initial sync ...":
    "Проверяется, есть ли на узле {0} реплики кворумных очередей, которые не закончили начальную синхронизацию ...",
  "Node {0} seems to be the only one in a single node cluster, the check does not apply":
    "Узел {0}, по-видимому, единственный в кластере, проверка к нему не относится",
  "day": "дн.",
  "days": "дн.",
  "week": "нед.",
  "weeks": "нед.",
  "month": "мес.",
  "months": "мес.",
  "year": "г.",
  "years": "г.",
  "No certificates are expiring within {0} {1}.": "Ни один сертификат не истекает в ближайшие {0} {1}",
  "RabbitMQ on node {0} is fully booted and running": "RabbitMQ на узле {0} полностью запущен и работает",
  "RabbitMQ on node {0} is not running or has not fully booted yet (check with is_booting)":
    "RabbitMQ на узле {0} не работает или ещё не полностью запущен (проверяет is_booting)",
  "Asking node {0} to report its protocol listeners ...": "Узел {0}: запрашиваются слушатели протоколов ...",
  "Node {0} reported no enabled listeners.": "Узел {0} сообщает, что слушателей нет.",
  "Asking node {0} if there's an active listener on port {1} ...":
    "Узел {0}: запрашивается, есть ли слушатель на порту {1} ...",
  "A listener for port {0} is running on node {1}.": "Слушатель на порту {0} работает на узле {1}.",
  "No listener for port {0} is active on node {1}. Found listeners that use the following ports: {2}":
    "На узле {1} нет слушателя на порту {0}. Есть слушатели на портах: {2}",
  "Asking node {0} if there's an active listener for protocol {1} ...":
    "Узел {0}: запрашивается, есть ли слушатель протокола {1} ...",
  "A listener for protocol {0} is running on node {1}.": "Слушатель протокола {0} работает на узле {1}.",
  "No listener for protocol {0} is active on node {1}. Found listeners for the following protocols: {2}":
    "На узле {1} нет слушателя протокола {0}. Есть слушатели протоколов: {2}",
  "Testing TCP connections to all active listeners on node {0} ...":
    "Проверяются соединения по TCP со всеми слушателями узла {0} ...",
  "Will suspend client connection listeners on node {0}. The node will no longer accept client connections!":
    "Слушатели клиентских соединений узла {0} приостанавливаются. Узел больше не будет принимать соединения клиентов!",
  "Will resume client connection listeners on node {0}. The node will now accept client connections":
    "Слушатели клиентских соединений узла {0} возобновляются. Узел снова будет принимать соединения клиентов",
  "Will put node {0} into maintenance mode. The node will no longer serve any client traffic!":
    "Узел {0} переводится в режим обслуживания. Узел больше не будет работать с клиентами!",
  "Will put node {0} back into regular operating mode. The node will again serve client traffic and host primary queue replicas.":
    "Узел {0} возвращается из режима обслуживания. Узел снова будет работать с клиентами и держать основные реплики очередей.",
  "Successfully connected to ports {0} on node {1}.": "Удалось соединиться с портами {0} на узле {1}.",
  "Connection to ports of the following listeners on node {0} failed: ":
    "Не удалось соединиться с портами этих слушателей узла {0}: ",
  "AMQP 0-9-1 and AMQP 1.0": "AMQP 0-9-1 и AMQP 1.0",
  "AMQP 0-9-1 and AMQP 1.0 over TLS": "AMQP 0-9-1 и AMQP 1.0 по TLS",
  "HTTP API": "API управления по HTTP",
  "HTTP API over TLS (HTTPS)": "API управления по TLS (HTTPS)",
  "Prometheus exporter API over HTTP": "метрики Prometheus по HTTP",
  "Prometheus exporter API over TLS (HTTPS)": "метрики Prometheus по TLS (HTTPS)",
  "inter-node and CLI tool communication": "связь между узлами и с программами командной строки",
  "Node: {0}, interface: {1}, port: {2}, protocol: {3}, purpose: {4}":
    "Узел: {0}, интерфейс: {1}, порт: {2}, протокол: {3}, назначение: {4}",
  "Interface: {0}, port: {1}, protocol: {2}, purpose: {3}": "Интерфейс: {0}, порт: {1}, протокол: {2}, назначение: {3}",
};
