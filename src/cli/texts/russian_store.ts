import type { Translation } from "./say.ts";

/** What is said of a data folder and of what is damaged in it, in Russian. */
export const STORE: Translation = {
  "{0} is damaged:": "{0}: каталог повреждён:",
  "Restore the folder from a copy, or save what is whole in it with: haremq data salvage {0} <new folder>":
    "Восстановите каталог из копии или сохраните то, что в нём цело: haremq data salvage {0} <new folder>",
  "{0} is whole: {1} with {2}.": "{0}: всё цело; {1}, {2}.",
  "What was being written when the broker was stopped ends in the middle of {0}, at offset {1}. Nobody was told that it was safe; the next start cuts it off.":
    "Запись, которая шла при остановке брокера, обрывается в середине файла {0}, на смещении {1}. Её сохранность никому не подтверждалась; следующий запуск её отсечёт.",
  "  {0}, offset {1}: {2}": "  {0}, смещение {1}: {2}",
  "Lost: {0} of {1} of {2}.": "Потеряно: {0}; всего {1} ({2}).",
  "Lost: {0} whose queue or exchange is lost.": "Потеряны привязки, у которых нет очереди или обменника ({0}).",
  "What the broken records said is lost too: changes of queues, exchanges and bindings, messages that came, and which ones were acknowledged. Some of those may be there again.":
    "Потеряно и то, что было в повреждённых записях: изменения очередей, обменников и привязок, поступившие сообщения и сведения о том, какие из них подтверждены. Некоторые подтверждённые сообщения могут появиться снова.",
  "What was written to {0} can't be read back:\n{1}\nRemove it, and choose one on another disk.":
    "Записанное в {0} не удалось прочитать:\n{1}\nУдалите этот каталог и выберите каталог на другом диске.",
  "{0} with {1}": "{0}, {1}",
  "{0} has all of {1}: {2}.": "В {0} скопировано всё из {1} ({2}).",
  "{0} has what is whole of {1}: {2}.": "В {0} скопировано то, что цело в {1} ({2}).",
  "What is broken there:": "Повреждения:",
  "Start the broker with --data-dir {0}": "Запустите брокер с --data-dir {0}",
  "The name of a queue with {0} is lost: it is called '{1}' in vhost '/' now. It may be one that was deleted.":
    "Имя очереди потеряно ({0}): теперь она называется '{1}' в виртуальном хосте '/'. Возможно, её уже удалили.",
  "The data folder {0} was in use before, and is empty now: its contents were lost or reset. Restore them, or remove {1} from it to start anew.":
    "Каталог данных {0} уже использовался, а теперь пуст: его содержимое потеряно или сброшено. Восстановите его или удалите из каталога {1}, чтобы начать заново.",
  "{0} is damaged at offset {1}: {2}. Nothing was changed. Restore the folder from a copy, or save what is whole in it with: haremq data salvage {3} <new folder>":
    "{0} повреждён на смещении {1}: {2}. Ничего не изменено. Восстановите каталог из копии или сохраните то, что в нём цело: haremq data salvage {3} <new folder>",
  "Another broker has taken over what is stored": "Хранилище перешло к другому брокеру",
  "{0} has format version {1}, and this HareMQ knows versions {2} to {3} only. Nothing was changed. Start the HareMQ that wrote it, or choose another folder with --data-dir.":
    "{0} записан в формате версии {1}, а этот HareMQ знает только версии с {2} по {3}. Ничего не изменено. Запустите тот HareMQ, который его записал, или выберите другой каталог в --data-dir.",
  "The Durable Object has format {0}, and this is a program for format {1}":
    "У Durable Object формат {0}, а эта программа рассчитана на формат {1}",
  "The folder {0} is not empty, there is {1} in it. Choose one that is not there yet.":
    "Каталог {0} не пуст, в нём есть {1}. Выберите каталог, которого ещё нет.",
  "The folder {0} can't be written, most likely for want of room. Remove it, and choose one on a disk with more room.":
    "Не удаётся писать в каталог {0}: скорее всего, не хватает места. Удалите его и выберите каталог на диске, где места больше.",

  "it is not there": "его нет",
  "it is not there, though there is {0}": "его нет, хотя есть {0}",
  "it is not there, though there are segments": "его нет, хотя есть сегменты",
  "queue {0} should have {1} messages in segments, and {2} are there":
    "у очереди {0} в сегментах должно быть сообщений: {1}, а есть: {2}",
  "it does not begin as a segment file does": "он начинается не так, как файл сегмента",
  "it does not begin as a snapshot does": "он начинается не так, как снимок",
  "the checksum of its head is wrong": "неверна контрольная сумма заголовка",
  "its index does not end there": "здесь нет конца индекса",
  "the checksum of its index is wrong": "неверна контрольная сумма индекса",
  "the checksum of a block is wrong": "неверна контрольная сумма блока",
  "a block is not what the index says": "блок не соответствует индексу",
  "the file ends before a block does": "файл кончается раньше блока",
  "there is no whole batch of records": "нет целого пакета записей",
  "there is no whole batch of records, though its content ends at offset {0}":
    "нет целого пакета записей, хотя содержимое кончается на смещении {0}",
  "there is no whole batch of records, though there is one behind it, at offset {0}":
    "нет целого пакета записей, хотя дальше, на смещении {0}, он есть",
  "a batch is not as it was written": "пакет не такой, каким был записан",
  "the journal file of generation {0}, which comes behind it, is not there or its head is broken":
    "следующего за ним файла журнала, поколения {0}, нет, или его заголовок повреждён",
  "its head is broken, and there is a batch of generation {0} at offset {1}":
    "заголовок повреждён, а на смещении {1} есть пакет поколения {0}",
  "its head is broken, and there are batches of generation {0} in it":
    "заголовок повреждён, а в файле есть пакеты поколения {0}",
  "it is of generation {0}, and there is none of generation {1}": "его поколение — {0}, а файла поколения {1} нет",
  "{0} bytes can't be read: {1}": "не удалось прочитать (байтов: {0}): {1}",
  "a batch of records can't be read": "не удалось прочитать пакет записей",
  "{0} batches of records can't be read": "не удалось прочитать пакеты записей, всего {0}",
  "it held {0} of {1}, from position {2} to {3}": "в нём было {0}, позиции {2}–{3} ({1})",
  "{0} should have {1} that are in no file": "{0}: ни в одном файле не найдено {1}",

  "{0}: format version {1}, {2} in {3}": "{0}: версия формата {1}, {3}, {2}",
  "{0}, {1}, {2} and {3}, all of them durable": "Содержимое: {0}, {1}, {2}, {3}; всё хранится на диске",
  "The snapshot knows the journal up to generation {0}; nothing newer is in journal files.":
    "Снимок учитывает журнал до поколения {0} включительно; более новых поколений в файлах журнала нет.",
  "The snapshot knows the journal up to generation {0}; {1} are in journal files.":
    "Снимок учитывает журнал до поколения {0} включительно; в файлах журнала есть поколения: {1}.",
  " and ": " и ",
  "file": "файл",
  "bytes": "байтов",
  "what it is": "что это",
  "queue": "очередь",
  "vhost": "виртуальный хост",
  "messages": "сообщений",
  "(name lost, id {0})": "(имя потеряно, id {0})",
  "and {0} that can't be read": "ещё не читаются: {0}",
  "It is damaged in {0}. To see where: haremq data verify {1}":
    "Есть повреждения ({0}). Где они, показывает: haremq data verify {1}",
  "left over, and removed at the next start": "остаток, исчезнет при следующем запуске",
  "no file of HareMQ's": "не файл HareMQ",
  "snapshot of all generations up to {0}": "снимок всех поколений до {0} включительно",
  "journal, free to be used": "журнал, свободен",
  "journal, generation {0}, {1}": "журнал, поколение {0}, {1}",
  "segment, not used any more": "сегмент, больше не используется",
  "segment, {0}": "сегмент, {0}",

  "the delayed messages of exchange '{0}'": "отложенные сообщения обменника '{0}'",
  "what was seen by exchange '{0}'": "сообщения, которые видел обменник '{0}'",
  "{0} in vhost '{1}'": "{0}, виртуальный хост '{1}'",
  "a queue of unknown name (id {0})": "очередь с неизвестным именем (id {0})",
  "queue '{0}' in vhost '{1}'": "очередь '{0}' в виртуальном хосте '{1}'",
  "priority {0} of {1}": "{1}, приоритет {0}",
  "{0} batch": "пакетов: {0}",
  "{0} batches": "пакетов: {0}",
  "{0} binding": "привязок: {0}",
  "{0} bindings": "привязок: {0}",
  "{0} block": "блоков: {0}",
  "{0} blocks": "блоков: {0}",
  "{0} byte": "байтов: {0}",
  "{0} bytes": "байтов: {0}",
  "{0} exchange": "обменников: {0}",
  "{0} exchanges": "обменников: {0}",
  "{0} file": "файлов: {0}",
  "{0} files": "файлов: {0}",
  "{0} message": "сообщений: {0}",
  "{0} messages": "сообщений: {0}",
  "{0} place": "мест: {0}",
  "{0} places": "мест: {0}",
  "{0} queue": "очередей: {0}",
  "{0} queues": "очередей: {0}",
};
