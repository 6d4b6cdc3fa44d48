import type { Translation } from "../../../texts/say.ts";

/** What commands for users, virtual hosts, queues and other objects write, in Russian. */
export const OBJECTS: Translation = {
  'Exporting definitions in {0} to a file at "{1}" ...': 'Определения экспортируются в формате {0} в файл "{1}" ...',
  "File {0} does not exist": "Файл {0} не существует",
  "Importing definitions in {0} from standard input ...":
    "Определения импортируются в формате {0} из стандартного ввода ...",
  'Importing definitions in {0} from a file at "{1}" ...': 'Определения импортируются в формате {0} из файла "{1}" ...',
  "Format should be either json or erlang": "Формат должен быть json или erlang",
  "Erlang term format": "термов Erlang",
  "HareMQ reads and writes definitions in JSON only: leave --format out.":
    "HareMQ читает и пишет определения только в формате JSON: уберите --format.",
  "could not write to file {0}: {1}": "не удалось записать файл {0}: {1}",
  "Failed to deserialise input (format: JSON) (error: it is no JSON)":
    "Не удалось разобрать ввод (формат: JSON) (ошибка: это не JSON)",
  "Successfully started definition import. This process is asynchronous and can take some time.":
    "Импорт определений начат. Он идёт асинхронно и может занять некоторое время.",
  "Listing exchanges for vhost {0} ...": "Обменники виртуального хоста {0} ...",
  "Listing bindings for vhost {0}...": "Привязки виртуального хоста {0}...",
  "Listing consumers in vhost {0} ...": "Потребители виртуального хоста {0} ...",
  'Listing runtime parameters for vhost "{0}" ...': 'Параметры времени выполнения виртуального хоста "{0}" ...',
  'Setting runtime parameter "{0}" for component "{1}" to "{2}" in vhost "{3}" ...':
    'Задаётся параметр времени выполнения "{0}" компонента "{1}": "{2}" в виртуальном хосте "{3}" ...',
  'Clearing runtime parameter "{0}" for component "{1}" on vhost "{2}" ...':
    'Удаляется параметр времени выполнения "{0}" компонента "{1}" в виртуальном хосте "{2}" ...',
  "Parameter does not exist": "Параметр не существует",
  "Listing global runtime parameters ...": "Глобальные параметры времени выполнения ...",
  'Setting global runtime parameter "{0}" to "{1}" ...':
    'Задаётся глобальный параметр времени выполнения "{0}": "{1}" ...',
  'Clearing global runtime parameter "{0}" ...': 'Удаляется глобальный параметр времени выполнения "{0}" ...',
  'Listing permissions for vhost "{0}" ...': 'Права в виртуальном хосте "{0}" ...',
  'Listing permissions for user "{0}" ...': 'Права пользователя "{0}" ...',
  '{:no_such_user, "{0}"}': 'Пользователь "{0}" не существует',
  'Setting permissions for user "{0}" in vhost "{1}" ...':
    'Задаются права пользователя "{0}" в виртуальном хосте "{1}" ...',
  'Setting permissions for user "{0}" in all virtual hosts ...':
    'Задаются права пользователя "{0}" во всех виртуальных хостах ...',
  'Clearing permissions for user "{0}" in vhost "{1}" ...':
    'Отзываются права пользователя "{0}" в виртуальном хосте "{1}" ...',
  'Listing topic permissions for vhost "{0}" ...': 'Права на темы в виртуальном хосте "{0}" ...',
  'Listing topic permissions for user "{0}" ...': 'Права на темы пользователя "{0}" ...',
  'Setting topic permissions on "{0}" for user "{1}" in vhost "{2}" ...':
    'Задаются права пользователя "{1}" на темы обменника "{0}" в виртуальном хосте "{2}" ...',
  'Clearing topic permissions for user "{0}" in vhost "{1}" ...':
    'Отзываются права пользователя "{0}" на темы в виртуальном хосте "{1}" ...',
  'Clearing topic permissions on "{0}" for user "{1}" in vhost "{2}" ...':
    'Отзываются права пользователя "{1}" на темы обменника "{0}" в виртуальном хосте "{2}" ...',
  "Virtual host {0} does not exist": "Виртуальный хост {0} не существует",
  "User {0} does not exist": "Пользователь {0} не существует",
  'Listing policies for vhost "{0}" ...': 'Политики виртуального хоста "{0}" ...',
  'Listing operator policy overrides for vhost "{0}" ...': 'Политики оператора виртуального хоста "{0}" ...',
  'Setting policy "{0}" for pattern "{1}" to "{2}" with priority "{3}" for vhost "{4}" ...':
    'Задаётся политика "{0}" для шаблона "{1}": "{2}" с приоритетом "{3}" в виртуальном хосте "{4}" ...',
  'Setting operator policy override "{0}" for pattern "{1}" to "{2}" with priority "{3}" for vhost "{4}" ...':
    'Задаётся политика оператора "{0}" для шаблона "{1}": "{2}" с приоритетом "{3}" в виртуальном хосте "{4}" ...',
  'Clearing policy "{0}" on vhost "{1}" ...': 'Удаляется политика "{0}" в виртуальном хосте "{1}" ...',
  'Clearing operator policy "{0}" on vhost "{1}" ...':
    'Удаляется политика оператора "{0}" в виртуальном хосте "{1}" ...',
  "Timeout: {0} seconds ...\nListing queues for vhost {1} ...":
    "Время ожидания: {0} с ...\nОчереди виртуального хоста {1} ...",
  "Listing unresponsive queues for vhost {0} ...": "Очереди виртуального хоста {0}, которые не отвечают ...",
  "queue name cannot be an empty string": "имя очереди не может быть пустой строкой",
  "if queue is empty ": "(если она пуста) ",
  "if queue is unused ": "(если она не используется) ",
  "{0}and {1}": "{0}и {1}",
  "Deleting queue '{0}' on vhost '{1}' {2}...": "Удаляется очередь '{0}' в виртуальном хосте '{1}' {2}...",
  "Queue not found": "Очередь не найдена",
  "Queue is not empty": "Очередь не пуста",
  "Queue is in use": "Очередь используется",
  "Queue was successfully deleted with {0} ready messages": "Очередь удалена, готовых сообщений в ней было: {0}",
  "Purging queue '{0}' in vhost '{1}' ...": "Очищается очередь '{0}' в виртуальном хосте '{1}' ...",
  "not_found": "Очередь не найдена",
  "Status of quorum queue {0} on node {1} ...": "Состояние кворумной очереди {0} на узле {1} ...",
  "Status of stream {0} on node {1} ...": "Состояние потока {0} на узле {1} ...",
  "position value must be a positive integer": "позиция должна быть положительным целым числом",
  "Peeking at quorum queue {0} at position {1} on node {2} ...":
    "Сообщение кворумной очереди {0} в позиции {1} на узле {2} ...",
  "type {0} is not supported. Try one of all, classic, quorum.":
    "тип {0} не поддерживается. Укажите один из: all, classic, quorum.",
  "Re-balancing leaders of {0} queues...": "Перераспределяются ведущие реплики очередей: {0}...",
  "Will flush Raft WAL of quorum queue {0} ...": "Сбрасывается на диск WAL кворумной очереди {0} ...",
  "This operation is not applicable to classic queues": "Эта операция не применима к классическим очередям",
  "Cannot get {0} status of a {1} queue": "Состояние типа {0} нельзя получить для очереди типа {1}",
  "Target queue was not found in virtual host '{0}'": "Очередь не найдена в виртуальном хосте '{0}'",
  "Target queue does not have a message at that position": "В этой позиции очереди нет сообщения",
  "user cannot be an empty string": "имя пользователя не может быть пустой строкой",
  'Adding user "{0}" ...': 'Добавляется пользователь "{0}" ...',
  'User "{0}" already exists': 'Пользователь "{0}" уже существует',
  'Deleting user "{0}" ...': 'Удаляется пользователь "{0}" ...',
  'Changing password for user "{0}" ...': 'Меняется пароль пользователя "{0}" ...',
  'Clearing password for user "{0}" ...': 'Сбрасывается пароль пользователя "{0}" ...',
  'Authenticating user "{0}" ...': 'Проверяется вход пользователя "{0}" ...',
  "Success": "Успешно",
  "- invalid credentials": "— неверные имя или пароль",
  "Error: failed to authenticate user \"{0}\"\nuser '{1}' {2}":
    "Ошибка: не удалось аутентифицировать пользователя \"{0}\"\nпользователь '{1}' {2}",
  'Setting tags for user "{0}" to [{1}] ...': 'Задаются теги пользователя "{0}": [{1}] ...',
  "Listing users ...": "Пользователи ...",
  'Setting user limits to "{0}" for user "{1}" ...': 'Задаются ограничения "{0}" пользователя "{1}" ...',
  'Clearing all limits for user "{0}" ...': 'Снимаются все ограничения пользователя "{0}" ...',
  'Clearing "{0}" limit for user "{1}" ...': 'Снимается ограничение "{0}" пользователя "{1}" ...',
  "Listing limits for all users ...": "Ограничения всех пользователей ...",
  'Listing limits for user "{0}" ...': 'Ограничения пользователя "{0}" ...',
  "Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.":
    "Готово. Не забудьте дать пользователю права в виртуальных хостах! Подробнее: 'rabbitmqctl help set_permissions'.",
  "attempted to log in with a blank password, which is prohibited by the internal authN backend. To use TLS/x509 certificate-based authentication, see the rabbitmq_auth_mechanism_ssl plugin and configure the client to use the EXTERNAL authentication mechanism. Alternatively change the password for the user to be non-blank.":
    "пытался войти с пустым паролем, что внутренняя аутентификация запрещает. Для входа по сертификатам TLS/x509 см. плагин rabbitmq_auth_mechanism_ssl и настройте в клиенте механизм EXTERNAL. Или задайте пользователю непустой пароль.",
  "Password: ": "Пароль: ",
  "Password is not provided via argument or stdin": "Пароль не указан ни аргументом, ни через stdin",
  'User "{0}" does not exist': 'Пользователь "{0}" не существует',
  'Adding vhost "{0}" ...': 'Добавляется виртуальный хост "{0}" ...',
  'Deleting vhost "{0}" ...': 'Удаляется виртуальный хост "{0}" ...',
  "Listing vhosts ...": "Виртуальные хосты ...",
  'Setting tags for virtual host "{0}" to [{1}] ...': 'Задаются теги виртуального хоста "{0}": [{1}] ...',
  'Virtual host "{0}" does not exist': 'Виртуальный хост "{0}" не существует',
  'Setting vhost limits to "{0}" for vhost "{1}" ...': 'Задаются ограничения "{0}" виртуального хоста "{1}" ...',
  'Clearing vhost "{0}" limits ...': 'Снимаются ограничения виртуального хоста "{0}" ...',
  "Listing limits for all vhosts ...": "Ограничения всех виртуальных хостов ...",
  'Listing limits for vhost "{0}" ...': 'Ограничения виртуального хоста "{0}" ...',
  'Starting tracing for vhost "{0}" ...': 'Включается трассировка виртуального хоста "{0}" ...',
  "Trace enabled for vhost {0}": "Трассировка виртуального хоста {0} включена",
  'Stopping tracing for vhost "{0}" ...': 'Отключается трассировка виртуального хоста "{0}" ...',
  "Trace disabled for vhost {0}": "Трассировка виртуального хоста {0} отключена",
  "Trying to restart vhost '{0}' on node '{1}' ...": "Перезапускается виртуальный хост '{0}' на узле '{1}' ...",
  "Failed to start vhost '{0}' on node '{1}'Reason: {:no_such_vhost, \"{2}\"}":
    "Не удалось запустить виртуальный хост '{0}' на узле '{1}'. Причина: виртуальный хост '{2}' не существует",
  "Vhost '{0}' is already running on node '{1}'": "Виртуальный хост '{0}' уже работает на узле '{1}'",
  'Updating metadata of vhost "{0}" ...': 'Меняются метаданные виртуального хоста "{0}" ...',
  "Protecting virtual host '{0}' from removal...": "Виртуальный хост '{0}' защищается от удаления...",
  "Removing deletion protection from virtual host '{0}'...":
    "С виртуального хоста '{0}' снимается защита от удаления...",
};
