import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { runInLocale } from "../run_in_locale.ts";
import { englishWords } from "../texts/english_words.ts";

const RUSSIAN = "ru_RU.UTF-8";

/** Names and values that are the same in every language. */
const KNOWN = new Set(
  `perf rabbitmq haremq slow start test compact default random round robin empty idle direct persistent mandatory priority
   heartbeat true false first last next client local balanced basic get host password user vhost localhost amqp message max length
   GB mb value metrics perftest Java Perf Test Server Name Indication`.split(/\s+/),
);

describe("rabbitmq-perf-test in a Russian locale", () => {
  let broker: BrokerUnderTest;
  before(async () => {
    broker = await startBrokerUnderTest();
  });
  after(() => broker.close());

  for (const format of ["default", "compact"]) {
    it(`tells of a run in Russian, in the format ${format}`, async () => {
      const args = ["-h", broker.url, "-d", "t", "-c", "10", "-z", "2", "-r", "100", "-mf", format];
      const { stdout, stderr, exitCode } = await runInLocale(RUSSIAN, "perf", ...args);
      assert.equal(stderr, "");
      assert.equal(exitCode, 0);
      assert.deepEqual(englishWords(stdout, KNOWN), [], stdout);
      const start = format === "default" ? "тест: t, " : "";
      assert.match(stdout, /^тест: t, запускается потребитель №0, канал №0$/m);
      assert.match(stdout, /^тест остановлен \(Время истекло\)$/m);
      assert.match(stdout, new RegExp(`^${start}средняя скорость отправки: [\\d.]+ сообщ/с$`, "m"));
      assert.match(stdout, new RegExp(`^${start}сообщений потеряно: 0, повторено: 0, не по порядку: 0$`, "m"));
      assert.match(stdout, /мин\/медиана\/75%\/95%\/99%\/макс [\d/]+ мкс$/m);
    });
  }

  const mistakes: readonly (readonly [args: readonly string[], text: RegExp])[] = [
    [["--nonsense"], /^Не удалось разобрать параметры\. Причина: Неизвестный параметр: --nonsense\n$/],
    [["-x"], /Причина: Нет значения параметра: x\n$/],
    [["-x", "many"], /^Неверное значение -x: "many"\. Нужно целое число не больше 100000\.\n$/],
    [["--sasl-external"], /^Для --sasl-external нужен сертификат клиента: amqps:/],
    [["--metrics-jmx"], /^Параметр -mjx\/--metrics-jmx из PerfTest здесь не поддерживается: [а-я]/],
    [["-h", "amqps://a?verify=x"], /^Неверный verify в URI: x\./],
    [["-h", "nowhere"], /^Неверный URI: nowhere\. /],
    [["-qq", "-sq"], /^Укажите кворумные очереди или потоки, но не то и другое\.\n$/],
    [["-h", "amqp://127.0.0.1:1"], /^Ошибка в основном потоке: Не удалось соединиться с 127\.0\.0\.1:1: /],
  ];
  for (const [args, text] of mistakes) {
    it(`says what is wrong: ${args.join(" ")}`, async () => {
      const { stderr, exitCode } = await runInLocale(RUSSIAN, "perf", ...args);
      assert.match(stderr, text);
      assert.equal(exitCode, 1);
    });
  }

  it("helps in Russian", async () => {
    const { stdout } = await runInLocale(RUSSIAN, "perf", "--help");
    const helps = stdout.split("\n").slice(1).map((line) => line.replace(/^ \S+( <arg>)? +/, ""));
    assert.deepEqual(englishWords(helps.join("\n"), KNOWN), []);
    assert.ok(stdout.startsWith("использование: rabbitmq-perf-test [параметры]\n"));
  });
});
