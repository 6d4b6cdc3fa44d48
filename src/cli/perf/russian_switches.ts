import type { Translation } from "../texts/say.ts";

/** What switches do, and why some are refused, in Russian. */
export const RUSSIAN_SWITCHES: Translation = {
  "metrics are exported to Prometheus alone, by --metrics-prometheus":
    "показатели экспортируются только в Prometheus: укажите --metrics-prometheus",
  "--help lists the options about metrics": "параметры показателей есть в --help",
  "metrics are what was measured: expected rates are not exported":
    "экспортируется только то, что измерено, без ожидаемых скоростей",
  "enable Prometheus metrics": "отдавать показатели для Prometheus",
  "the HTTP metrics endpoint, default is /metrics": "путь HTTP, по которому доступны показатели, по умолчанию /metrics",
  "the port to launch the HTTP metrics endpoint on, default is 8080":
    "порт HTTP, на котором доступны показатели, по умолчанию 8080",
  "prefix for PerfTest metrics, default is perftest_": "начало имён показателей, по умолчанию perftest_",
  "metrics tags as key-value pairs separated by commas": "теги показателей: пары ключ=значение через запятую",
  "add fixed metrics with command line arguments label":
    "добавить постоянный показатель, метка которого — аргументы командной строки",
  "there is no Java virtual machine here whose metrics could be exported":
    "здесь нет виртуальной машины Java, показатели которой можно было бы экспортировать",
  "instances do not wait for each other: start them at the same time":
    "экземпляры не ждут друг друга: запустите их одновременно",
  "tokens are not requested: get one and give it as the password, as in amqp://:TOKEN@localhost, for a run that ends before the token does":
    "токены не запрашиваются: получите токен и укажите его как пароль, например amqp://:TOKEN@localhost, для теста, который закончится раньше срока токена",
  "messages are not written one by one: haremq tail shows what comes by":
    "сообщения не выводятся по одному: проходящие сообщения показывает haremq tail",
  "lost connections are not opened again: one ends the run, with its summary and status 1":
    "потерянные соединения не открываются снова: потеря любого завершает тест с итогами и кодом 1",
  "requested heartbeat interval, default is 0 (no interval requested)":
    "запрашиваемый интервал heartbeat, по умолчанию 0 (не запрашивается)",
  "accepted: a lost connection always ends the run": "принимается: потеря соединения всегда завершает тест",
  "show usage": "показать справку",
  "test ID, default is auto-generated": "идентификатор теста, по умолчанию создаётся автоматически",
  "connection URI, default is amqp://localhost": "URI соединения, по умолчанию amqp://localhost",
  "connection URIs (separated by commas)": "URI соединений (через запятую)",
  "exchange type, default is direct": "тип обменника, по умолчанию direct",
  "exchange name, default is that of the type": "имя обменника, по умолчанию имя его типа",
  "queue name, default is auto-generated": "имя очереди, по умолчанию создаётся автоматически",
  "routing key, default is auto-generated": "ключ маршрутизации, по умолчанию создаётся автоматически",
  "use random routing key per message, default is false":
    "случайный ключ маршрутизации у каждого сообщения, по умолчанию false",
  "don't bind queues to the exchange, default is false": "не привязывать очереди к обменнику, по умолчанию false",
  "number of random routing keys that are used in turn. See --random-routing-key. Default is 1000.":
    "число случайных ключей маршрутизации, которые используются по очереди. См. --random-routing-key. По умолчанию 1000.",
  "message properties as key/value pairs, separated by commas, e.g. priority=5. Non-standard properties are treated like arbitrary headers.":
    "свойства сообщений: пары ключ=значение через запятую, например priority=5. Остальные ключи становятся заголовками.",
  "sampling interval in seconds, default is 1": "интервал измерения в секундах, по умолчанию 1",
  "producer rate limit, default is no limit": "предел скорости производителя, по умолчанию без предела",
  "publishing interval in seconds (opposite of producer rate limit)":
    "интервал между публикациями в секундах (вместо предела скорости производителя)",
  "max random delay in seconds to start producers, default is 1 second when there is a rate, and no delay otherwise":
    "максимальная случайная задержка запуска производителей в секундах, по умолчанию 1 секунда, если задана скорость, иначе без задержки",
  "consumer rate limit, default is no limit": "предел скорости потребителя, по умолчанию без предела",
  "producer count, default is 1": "число производителей, по умолчанию 1",
  "consumer count, default is 1": "число потребителей, по умолчанию 1",
  "start consumers slowly (1 sec delay between each), default is false":
    "запускать потребителей медленно (по одному в секунду), по умолчанию false",
  "channels per producer, default is 1": "число каналов у производителя, по умолчанию 1",
  "channels per consumer, default is 1": "число каналов у потребителя, по умолчанию 1",
  "producer tx size, default is 0 (no transaction)": "размер транзакции производителя, по умолчанию 0 (без транзакций)",
  "consumer tx size, default is 0 (no transaction)": "размер транзакции потребителя, по умолчанию 0 (без транзакций)",
  "max unconfirmed publishes, default is -1 (no confirm)":
    "максимальное число публикаций без подтверждения, по умолчанию -1 (без подтверждений)",
  "waiting timeout for unconfirmed publishes before failing (in seconds), default is 30":
    "сколько секунд ждать подтверждений публикации, прежде чем завершиться с ошибкой, по умолчанию 30",
  "auto ack, default is false (no auto-ack)": "автоматическое подтверждение доставки, по умолчанию false",
  "multi ack every, default is 0 (no multi-ack)":
    "сколько сообщений подтверждать за один раз, по умолчанию 0 (по одному)",
  "consumer prefetch count, default is 0 (unlimited)": "предвыборка потребителя, по умолчанию 0 (без ограничения)",
  "channel prefetch count, default is 0 (unlimited)": "предвыборка канала, по умолчанию 0 (без ограничения)",
  "message size in bytes, default (and minimum value) is 12":
    "размер сообщения в байтах, по умолчанию (и не меньше) 12",
  "output file for timing results": "файл для результатов измерений",
  "exit when queue(s) empty or consumer(s) idle for 1 second, valid values are empty or idle":
    "завершиться, когда очереди пусты (empty) или потребители простаивают 1 секунду (idle)",
  "run duration in seconds (unlimited by default)": "продолжительность теста в секундах (по умолчанию без ограничения)",
  "producer message count, default is 0 (no limit)": "число сообщений производителя, по умолчанию 0 (без ограничения)",
  "consumer message count, default is 0 (no limit)": "число сообщений потребителя, по умолчанию 0 (без ограничения)",
  "message flag(s), supported values: persistent and mandatory. Use the option several times to specify several values.":
    "флаги сообщений: persistent и mandatory. Чтобы указать несколько значений, повторите параметр.",
  "requested maximum frame size, default is 0 (no limit)":
    "запрашиваемый максимальный размер кадра, по умолчанию 0 (без ограничения)",
  "no effect: it is about Java or the system's sockets": "не действует: относится к Java или к сокетам системы",
  "allow use of predeclared objects, default is false":
    "использовать объекты, которые уже объявлены, по умолчанию false",
  "comma-separated list of files to use in message bodies": "файлы с телами сообщений через запятую",
  "body content-type": "тип содержимого тела",
  "generate a random JSON document for message body. Use with --size.":
    "создать случайный документ JSON для тела сообщения. Вместе с --size.",
  "number of pre-generated fields and values for body. Use with --json-body. Default is 1000.":
    "число заготовленных полей и значений для тела. Вместе с --json-body. По умолчанию 1000.",
  "number of pre-generated message bodies. Use with --json-body. Default is 100.":
    "число заготовленных тел сообщений. Вместе с --json-body. По умолчанию 100.",
  "should the queue be auto-deleted, default is true": "удалять ли очередь автоматически, по умолчанию true",
  "should latency be collected in milliseconds, default is false. Set to true if producers and consumers run on different machines.":
    "измерять ли задержку в миллисекундах, по умолчанию false. Укажите true, если производители и потребители работают на разных машинах.",
  "queue arguments as key/value pairs, separated by commas, e.g. x-max-length=10":
    "аргументы очереди: пары ключ=значение через запятую, например x-max-length=10",
  "consumer latency in microseconds, default is 0": "задержка потребителя в микросекундах, по умолчанию 0",
  "verify the broker's certificate, by the authorities in the file that SSL_CERT_FILE names or the runtime's, default is false":
    "проверять сертификат брокера по центрам сертификации из файла, который указан в SSL_CERT_FILE, или из среды выполнения, по умолчанию false",
  "use SASL EXTERNAL authentication by the client's certificate, which the URI names: amqps://localhost?certfile=client.pem&keyfile=client.key. Default is false.":
    "входить по SASL EXTERNAL с сертификатом клиента, который указан в URI: amqps://localhost?certfile=client.pem&keyfile=client.key. По умолчанию false.",
  "print version information": "показать версию",
  "show usage with environment variables": "показать справку с переменными окружения",
  "queue name pattern for creating queues in sequence, e.g. 'perf-test-%d'":
    "шаблон имён для последовательности очередей, например 'perf-test-%d'",
  "queue name pattern range start (inclusive)": "начало последовательности имён очередей (включительно)",
  "queue name pattern range end (inclusive)": "конец последовательности имён очередей (включительно)",
  "file to look up queue names from, one a line": "файл с именами очередей, по одному в строке",
  "use server-named exclusive queues. Such queues can only be used by their declaring connection! Default is false.":
    "исключительные очереди, которые называет сервер. Их может использовать только объявившее их соединение! По умолчанию false.",
  "start timeout in seconds (in case the servers(s) is (are) not available when the run starts). Default is to fail immediately if the servers(s) is (are) not available.":
    "сколько секунд ждать запуска серверов (если при запуске теста они недоступны). По умолчанию тест сразу завершается с ошибкой.",
  "number of available servers needed before starting the run. Used in conjunction with --servers-startup-timeout. Default is deduced from --uri or --uris.":
    "сколько серверов должно быть доступно для запуска теста. Вместе с --servers-startup-timeout. По умолчанию определяется по --uri или --uris.",
  "the way to allocate connection across nodes (random or round-robin), default is random.":
    "как распределять соединения по узлам (random или round-robin), по умолчанию random.",
  "shutdown timeout, default is 5 seconds": "время ожидания при завершении, по умолчанию 5 секунд",
  "consumer arguments as key/value pairs, separated by commas, e.g. x-priority=10":
    "аргументы потребителя: пары ключ=значение через запятую, например x-priority=10",
  "variable publishing rate with [RATE]:[DURATION] syntax, where [RATE] integer >= 0 and [DURATION] integer > 0. Use the option several times to specify several values.":
    "изменяемая скорость публикации в виде [СКОРОСТЬ]:[ВРЕМЯ], где СКОРОСТЬ — целое число >= 0, ВРЕМЯ — целое число > 0. Чтобы указать несколько значений, повторите параметр.",
  "variable message size with [SIZE]:[DURATION] syntax, where [SIZE] integer > 0 and [DURATION] integer > 0. Use the option several times to specify several values.":
    "изменяемый размер сообщений в виде [РАЗМЕР]:[ВРЕМЯ], где РАЗМЕР — целое число > 0, ВРЕМЯ — целое число > 0. Чтобы указать несколько значений, повторите параметр.",
  "variable consumer processing latency with [MICROSECONDS]:[DURATION] syntax, where [MICROSECONDS] integer >= 0 and [DURATION] integer > 0. Use the option several times to specify several values.":
    "изменяемая задержка потребителя в виде [МИКРОСЕКУНДЫ]:[ВРЕМЯ], где МИКРОСЕКУНДЫ — целое число >= 0, ВРЕМЯ — целое число > 0. Чтобы указать несколько значений, повторите параметр.",
  "use basic.get to consume messages. Do not use this in real applications. Default is false.":
    "получать сообщения через basic.get. Не делайте так в настоящих приложениях. По умолчанию false.",
  "time to wait before polling with basic.get, in millisecond, default is 0.":
    "пауза перед опросом через basic.get в миллисекундах, по умолчанию 0.",
  "nack messages, requeue them by default.": "отклонять сообщения; по умолчанию они возвращаются в очередь.",
  "should nacked messages be requeued, default is true.":
    "возвращать ли отклонённые сообщения в очередь, по умолчанию true.",
  "server names for Server Name Indication TLS parameter, separated by commas":
    "имена серверов для параметра TLS Server Name Indication через запятую",
  "create quorum queue(s)": "создавать кворумные очереди",
  "create stream queue(s)": "создавать потоки",
  "fixed delay before starting consumers in seconds, default is no delay":
    "задержка перед запуском потребителей в секундах, по умолчанию без задержки",
  "metrics format to use on the console, possible values are compact, default":
    "формат показателей в терминале: compact или default",
  "max size of created queues, use 0 for no limit, default is no limit":
    "максимальный размер создаваемых очередей, 0 — без ограничения, по умолчанию без ограничения",
  "max size of stream segments when streams are in use, default is 500mb":
    "максимальный размер сегментов потока, по умолчанию 500mb",
  "leader locator strategy for created quorum queues and streams. Possible values: client-local, balanced.":
    "способ выбора ведущего создаваемых кворумных очередей и потоков: client-local или balanced.",
  "max age of stream segments using the ISO 8601 duration format, e.g. PT10M30S for 10 minutes 30 seconds, P5DT8H for 5 days 8 hours. Default is no max age.":
    "максимальный возраст сегментов потока как продолжительность ISO 8601, например PT10M30S — 10 минут 30 секунд, P5DT8H — 5 дней 8 часов. По умолчанию без ограничения.",
  "stream offset to start listening from. Valid values are 'first', 'last', 'next', an unsigned long, or an ISO 8601 formatted timestamp (eg. 2022-06-03T07:45:54Z). Default is 'next'.":
    "смещение, с которого читается поток: 'first', 'last', 'next', целое число без знака или время в формате ISO 8601 (например, 2022-06-03T07:45:54Z). По умолчанию 'next'.",
};
