import type { Translation } from "../texts/say.ts";
import { RUSSIAN_SWITCHES } from "./russian_switches.ts";

/** All texts of `rabbitmq-perf-test`, in Russian. */
export const RUSSIAN: Translation = {
  ...RUSSIAN_SWITCHES,
  "'{0}' is not a valid byte capacity, valid example values: 100gb, 50mb":
    "'{0}' — неверный размер; примеры: 100gb, 50mb",
  "The maximum segment size cannot be more than 3 GB": "Сегмент не может быть больше 3 GB",
  "'{0}' is not a valid duration, valid example values: PT15M, PT10H":
    "'{0}' — неверная продолжительность; примеры: PT15M, PT10H",
  "'{0}' is not a valid duration, it must be positive":
    "'{0}' — неверная продолжительность: она должна быть больше нуля",
  "Max length bytes must be greater than stream max segment size":
    "Максимальный размер очереди должен быть больше максимального размера сегмента потока",
  "The broker has sent nothing for {0} seconds": "Брокер ничего не присылал уже {0} с",
  "'{0}' is not a valid queue leader locator strategy. Valid values are {1}.":
    "'{0}' — неверный способ выбора ведущего очереди. Допустимы {1}.",
  "'{0}' is not a valid stream offset value.": "'{0}' — неверное смещение потока.",
  "Could not connect to broker(s) in {0} second(s), exiting.":
    "Не удалось соединиться с брокерами за отведённое время (в секундах: {0}), работа завершается.",
  "Body field count": "Число полей тела",
  "Number of pre-generated message bodies": "Число заготовленных тел сообщений",
  "{0} bodies of {1} bytes take too much memory: choose a smaller --body-count":
    "Тела сообщений занимают слишком много памяти: их {0}, размер каждого в байтах {1}. Уменьшите --body-count",
  "{0} isn't a valid body file: {1}": "{0} — неверный файл с телом сообщения: {1}",
  "{0} should be greater than 0.": "{0}: должно быть больше 0.",
  "Consumer is idle for more than 1 second": "Потребитель простаивает больше 1 секунды",
  "Consumer queue(s) empty": "Очереди потребителя пусты",
  "RabbitMQ Perf Test of HareMQ (RabbitMQ {0}; {1} {2})": "RabbitMQ Perf Test из HareMQ (RabbitMQ {0}; {1} {2})",
  "Main thread caught exception: {0}": "Ошибка в основном потоке: {0}",
  "The output file {0} can't be written: {1}.": "Не удалось записать файл вывода {0}: {1}.",
  "{0} of {1}": "{0} из {1}",
  "{0} s": "{0} с",
  "sent {0}": "отправлено {0}",
  "received {0}": "получено {0}",
  "a text of up to 255 bytes": "текст, не больше 255 байтов",
  "a number from 0 to 255": "число от 0 до 255",
  "a time such as 2026-01-02T03:04:05Z": "время, например 2026-01-02T03:04:05Z",
  "Invalid message property {0}: {1}. It takes {2}.": "Неверное свойство сообщения {0}: {1}. Нужно: {2}.",
  "min/median/75th/95th/99th/max": "мин/медиана/75%/95%/99%/макс",
  "time": "время",
  "id: {0}, ": "тест: {0}, ",
  "{0} msg/s": "{0} сообщ/с",
  "id: {0}, time {1} s{2}{3}": "тест: {0}, время {1} с{2}{3}",
  "{0}sending rate avg: {1} msg/s": "{0}средняя скорость отправки: {1} сообщ/с",
  "{0}receiving rate avg: {1} msg/s": "{0}средняя скорость получения: {1} сообщ/с",
  "Use quorum queues or stream queues, not both.": "Укажите кворумные очереди или потоки, но не то и другое.",
  "Unknown metrics formatter: {0}. Possible values are compact, default.":
    "Неизвестный формат показателей: {0}. Допустимы compact, default.",
  "--multi-ack-every must be less than or equal to --qos": "--multi-ack-every должно быть не больше --qos",
  "--ctxsize must be less than or equal to --qos": "--ctxsize должно быть не больше --qos",
  "--connection-allocation must one of random, round-robin": "--connection-allocation — random или round-robin",
  "Must be a number": "Нужно число",
  "Must be positive": "Нужно положительное число",
  "Cannot be less than {0}": "Не может быть меньше {0}",
  "Invalid value for --publishing-interval: {0}": "Неверное значение --publishing-interval: {0}",
  "--exit-when must be 'empty' or 'idle'.": "--exit-when — 'empty' или 'idle'.",
  "--exit-when empty does not go with --exclusive: nobody else can see such a queue. Use idle.":
    "--exit-when empty нельзя указать вместе с --exclusive: такую очередь никто другой не видит. Используйте idle.",
  "Too many ways to list queues, use only the queue file argument":
    "Очереди указаны слишком многими способами, укажите только файл с очередями",
  "Queue pattern, from, and to options should all be set or none should be set":
    "Шаблон имён очередей, начало и конец указываются все вместе или не указываются совсем",
  "'To' option should be more than or equals to 'from' option": "Параметр 'to' должен быть не меньше параметра 'from'",
  "Queue pattern makes more than {0} queues": "Шаблон даёт больше очередей, чем {0}",
  "Queue file {0} does not exist or is not readable": "Файла с очередями {0} нет, или его не удалось прочитать",
  "Queue file {0} has {1} queues: it takes 1 to {2}": "В файле {0} очередей: {1}. Нужно от 1 до {2}",
  "Parsing failed. Reason: {0}": "Не удалось разобрать параметры. Причина: {0}",
  "There can be at most {0} producers' channels: received {1}":
    "Каналов производителей может быть не больше {0}: получено {1}",
  "Reached time limit": "Время истекло",
  "id: {0}, starting consumer #{1}": "тест: {0}, запускается потребитель №{1}",
  "id: {0}, starting consumer #{1}, channel #{2}": "тест: {0}, запускается потребитель №{1}, канал №{2}",
  "Delaying start by 1 second because -S/--slow-start was requested":
    "Запуск откладывается на 1 секунду, потому что указан параметр -S/--slow-start",
  "id: {0}, starting producer #{1}": "тест: {0}, запускается производитель №{1}",
  "id: {0}, starting producer #{1}, channel #{2}": "тест: {0}, запускается производитель №{1}, канал №{2}",
  "Waiting for publisher confirms for too long: {0} s": "Подтверждений публикации нет слишком долго: {0} с",
  "Producer reached message limit": "Производитель отправил все сообщения",
  "Consumer reached message limit": "Потребитель получил все сообщения",
  "lost: {0}": "потеряно: {0}",
  "not yet received: {0}": "ещё не получено: {0}",
  "repeated: {0}": "повторено: {0}",
  "out of order: {0}": "не по порядку: {0}",
  "of other publishers: {0}": "от других издателей: {0}",
  "{0}messages {1}": "{0}сообщений {1}",
  "test stopped": "тест остановлен",
  "test stopped ({0})": "тест остановлен ({0})",
  "Missing argument for option: {0}": "Нет значения параметра: {0}",
  "Unrecognized option: {0}": "Неизвестный параметр: {0}",
  "Ambiguous option: '{0}'  (could be: {1})": "Неоднозначный параметр: '{0}'  (возможны: {1})",
  "The option {0} of PerfTest is not supported here: {1}.": "Параметр {0} из PerfTest здесь не поддерживается: {1}.",
  "usage: rabbitmq-perf-test [options]": "использование: rabbitmq-perf-test [параметры]",
  " For multi-value options, separate values with commas, e.g. VARIABLE_RATE='100:60,1000:10,500:15'":
    " Если у параметра несколько значений, разделяйте их запятыми, например VARIABLE_RATE='100:60,1000:10,500:15'",
  "Wrong URI: {0}. It should look like amqp://user:password@host:5672/vhost.":
    "Неверный URI: {0}. Он выглядит так: amqp://user:password@host:5672/vhost.",
  "--sasl-external needs the client's certificate: amqps://localhost?certfile=client.pem&keyfile=client.key":
    "Для --sasl-external нужен сертификат клиента: amqps://localhost?certfile=client.pem&keyfile=client.key",
  "Wrong verify in the URI: {0}. It is verify_peer or verify_none.":
    "Неверный verify в URI: {0}. Допустимы verify_peer и verify_none.",
  "Invalid value for -{0}: {1}. It takes a whole number up to {2}.":
    "Неверное значение -{0}: {1}. Нужно целое число не больше {2}.",
  "Invalid value for -{0}: {1}. It takes messages per second.":
    "Неверное значение -{0}: {1}. Нужно число сообщений в секунду.",
  "Invalid variable value definition: {0}. Should be [VALUE]:[DURATION] with VALUE integer >= 0 and DURATION integer > 0":
    "Неверное изменяемое значение: {0}. Нужно [ЗНАЧЕНИЕ]:[ВРЕМЯ], где ЗНАЧЕНИЕ — целое число >= 0, а ВРЕМЯ — целое число > 0",
  "Cannot connect to {0}:{1}: {2}": "Не удалось соединиться с {0}:{1}: {2}",
  "The broker closed the channel: {0} {1}": "Брокер закрыл канал: {0} {1}",
  "The broker closed the connection: {0} {1}": "Брокер закрыл соединение: {0} {1}",
  "The broker closed the connection": "Брокер закрыл соединение",
  "The broker closed the connection instead of sending {0}": "Брокер закрыл соединение вместо ответа {0}",
  "The metrics can't be served on port {0}: another program is using it. Choose another one with --metrics-prometheus-port.":
    "Порт {0} для показателей использует другая программа. Выберите другой в --metrics-prometheus-port.",
  "The metrics can't be served on port {0}: {1}": "Не удалось открыть порт {0} для показателей: {1}",
  "Invalid prefix of metrics: {0}": "Неверное начало имён показателей: {0}",
  "Invalid tag of metrics: {0}. Tags are pairs such as env=performance,datacenter=eu.":
    "Неверный тег показателей: {0}. Теги — пары вида env=performance,datacenter=eu.",
  "sent": "отправлено",
  "returned": "возвращено",
  "confirmed": "подтв.",
  "nacked": "отклонено",
  "received": "получено",
  "consumer latency": "задержка потребителя",
  "confirm latency": "задержка подтверждения",
  "ms": "мс",
  "µs": "мкс",
};
