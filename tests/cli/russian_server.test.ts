import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { runInLocale as run } from "./run_in_locale.ts";
import { englishWords } from "./texts/english_words.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));

const MEMORY = ["--no-data-dir", "--no-management-port", "--no-prometheus-port"];

describe("haremq in a Russian locale", () => {
  const mistakes: readonly (readonly [args: readonly string[], text: RegExp])[] = [
    [["--prot", "1"], /^ошибка: неизвестный параметр '--prot'\n\(Возможно, вы имели в виду --port\?\)\n$/],
    [["sevre"], /^ошибка: неизвестная команда 'sevre', см\. haremq --help\n$/],
    [["--port"], /^ошибка: у параметра '--port <number>' нет значения\n$/],
    [["--port", "99999"], /^ошибка: неверное значение '99999' параметра '--port <number>'\. Порт — целое число/],
    [["--disk-free-limit", "much"], /Размер — число байтов .*: получено "much"\.\n$/],
    [["--vm-memory-high-watermark", "0"], /Без памяти ничего нельзя было бы опубликовать\.\n$/],
    [["--consumer-timeout", "0"], /Время ожидания — целое число миллисекунд/],
    [["--log-level", "loud"], /^ошибка: неверное значение 'loud' параметра '--log-level <level>'\. Допустимы: debug, /],
    [["data", "verify"], /^ошибка: нет обязательного аргумента 'folder'\n$/],
    [["data", "verify", "/nowhere/at/all"], /^Каталог данных \/nowhere\/at\/all не удалось прочитать: его нет\. /],
    [["install-links"], /^Использование: haremq install-links <folder>\n\nСоздаёт /],
    [["completion", "csh"], /^Использование: haremq completion <bash \| zsh \| fish>\n/],
  ];
  const known = new Set(
    `rabbitmqctl rabbitmq rabbitmqadmin haremq port folder install links completion bash zsh fish debug info notice warning error critical alert emergency none
     loud sevre prot verify number level eval csh PATH false flock perl HareMQ much`.split(/\s+/),
  );

  for (const [args, text] of mistakes) {
    it(`says what is wrong: haremq ${args.join(" ")}`, async () => {
      const { stderr, stdout, exitCode } = await run("ru_RU.UTF-8", ...args);
      assert.match(stderr, text);
      assert.deepEqual(englishWords(stderr, known), [], stderr);
      const english = await run("C", ...args);
      assert.deepEqual({ stdout, exitCode }, { stdout: english.stdout, exitCode: english.exitCode });
    });
  }

  it("says that its port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { stderr, exitCode } = await run("ru_RU.UTF-8", "--port", String(port), ...MEMORY);
    other.close();
    assert.equal(
      stderr,
      `Не удалось занять адрес 127.0.0.1:${port}: этот порт использует другая программа. ` +
        "Остановите её или выберите другой порт: в --port или в конфигурации.\n",
    );
    assert.equal(exitCode, 1);
  });

  it("describes commands in the script for zsh, and writes those for other shells as in English", async () => {
    const { stdout } = await run("ru_RU.UTF-8", "completion", "zsh");
    assert.ok(stdout.includes("'list_queues:Выводит очереди и их свойства'"));
    assert.ok(!stdout.includes("Lists queues"));
    for (const shell of ["bash", "fish"]) {
      const [russian, english] = await Promise.all(
        ["ru_RU.UTF-8", "C"].map((locale) => run(locale, "completion", shell)),
      );
      assert.deepEqual(russian, english);
    }
  });

  it("says that a file has no mistakes", async () => {
    writeFileSync(`${folder}/haremq.conf`, "heartbeat = 30\n");
    writeFileSync(`${folder}/definitions.json`, '{"vhosts":[{"name":"shop"}]}');
    const checked = await run("ru_RU.UTF-8", "config", "check", `${folder}/haremq.conf`);
    assert.equal(checked.stdout, `Ошибок нет: ${folder}/haremq.conf.\n`);
    const { stdout } = await run("ru_RU.UTF-8", "definitions", "check", `${folder}/definitions.json`);
    assert.match(stdout, /^Ошибок нет: .*\/definitions\.json: 1 vhosts\.$/m);
  });
});
