import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { connect, openConfirmChannel } from "../conformance/client.ts";
import { Haremq } from "./haremq.ts";
import { runInLocale } from "./run_in_locale.ts";
import { englishWords } from "./texts/english_words.ts";

const MESSAGES = 2000;

let temporary: string;
/** Folder of a killed broker: its messages are in segments, and some more in the journal. */
let whole: string;
let folders = 0;

before(async () => {
  temporary = await mkdtemp(`${tmpdir()}/haremq-data-`);
  whole = `${temporary}/whole`;
  await fill(0, MESSAGES, "SIGTERM");
  await fill(MESSAGES, MESSAGES + 100, "SIGKILL");
});

after(async () => {
  await Haremq.stopAll();
  await rm(temporary, { recursive: true });
});

/** Runs a broker on the folder, publishes messages, and ends the broker. */
async function fill(from: number, end: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const haremq = new Haremq("--port", "0", "--data-dir", whole);
  const { host, port } = await haremq.address();
  const connection = await connect({ url: `amqp://guest:guest@${host}:${port}` } as never);
  const channel = await openConfirmChannel(connection);
  await channel.assertExchange("shop", "fanout");
  await channel.assertQueue("orders");
  await channel.bindQueue("orders", "shop", "");
  for (let number = from; number < end; number++) {
    channel.publish("shop", "", Buffer.from(`order ${number} ${"x".repeat(200)}`), { persistent: true });
    if (number % 100 === 99) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await connection.close();
  haremq.child.kill(signal);
  await haremq.ended;
  // A killed broker leaves its socket, which can't be read or copied.
  await rm(`${whole}/haremq.sock`, { force: true });
}

/** Copies the folder, to damage the copy. */
async function copy(): Promise<string> {
  const folder = `${temporary}/${++folders}`;
  await cp(whole, folder, { recursive: true });
  return folder;
}

async function find(folder: string, start: string): Promise<string> {
  return (await readdir(folder)).sort().find((name) => name.startsWith(start))!;
}

async function change(folder: string, name: string, change: (bytes: Buffer) => Buffer | void): Promise<void> {
  const bytes = await readFile(`${folder}/${name}`);
  await writeFile(`${folder}/${name}`, change(bytes) ?? bytes);
}

/** Returns the first journal file with a generation that the snapshot does not know. */
async function newestJournal(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("journal-"));
  const generations = await Promise.all(
    names.map(async (name) => (await readFile(`${folder}/${name}`)).readUInt32LE(12)),
  );
  return names[generations.indexOf(Math.max(...generations))];
}

async function run(...args: string[]) {
  const haremq = new Haremq("data", ...args);
  const code = await haremq.ended;
  return { code, stdout: haremq.stdout, stderr: haremq.stderr };
}

/** Returns the contents of all files in a folder. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(`${folder}/${name}`)).toString("base64")] as const),
    ),
  );
}

async function countOrders(folder: string, queue = "orders"): Promise<number> {
  const haremq = new Haremq("--port", "0", "--data-dir", folder);
  const { host, port } = await haremq.address();
  const connection = await connect({ url: `amqp://guest:guest@${host}:${port}` } as never);
  const { messageCount } = await (await openConfirmChannel(connection)).checkQueue(queue);
  await connection.close();
  haremq.child.kill("SIGKILL");
  await haremq.ended;
  return messageCount;
}

describe("haremq data inspect", () => {
  it("lists the contents of a folder, and changes nothing", async () => {
    const before = await contentOf(whole);
    const { code, stdout } = await run("inspect", whole);
    assert.equal(code, 0);
    assert.match(stdout, /format version 3/);
    assert.match(stdout, /1 exchange, 1 queue, 1 binding and 2,100 messages/);
    assert.match(stdout, /^orders +\/ +2,100 +[\d,]+$/m);
    assert.deepEqual(await contentOf(whole), before);
  });

  it("prints JSON with --json", async () => {
    const { code, stdout } = await run("inspect", whole, "--json");
    assert.equal(code, 0);
    const { queues, damages } = JSON.parse(stdout);
    assert.deepEqual(damages, []);
    assert.deepEqual([queues[0].name, queues[0].messages], ["orders", MESSAGES + 100]);
  });

  it("makes no folder, and says what to give", async () => {
    const { code, stderr } = await run("inspect", `${temporary}/none`);
    assert.equal(code, 1);
    assert.match(stderr, /none can't be read: it does not exist\. Give the folder that the broker was started with/);
    assert.ok(!(await readdir(temporary)).includes("none"));
  });

  it("does not run beside a broker, and names its process", async () => {
    const folder = await copy();
    const broker = new Haremq("--port", "0", "--data-dir", folder);
    await broker.address();
    const { code, stderr } = await run("inspect", folder);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`is in use by another HareMQ, process ${broker.child.pid}\\. Stop that one first`));
  });
});

describe("haremq data verify", () => {
  it("exits with 0 when everything is whole", async () => {
    const { code, stdout } = await run("verify", whole);
    assert.equal(code, 0);
    assert.match(stdout, /whole is whole: 1 queue with 2,100 messages\.\n$/);
  });

  it("exits with 1 and reports file, offset, meaning and remedy", async () => {
    const folder = await copy();
    const segment = await find(folder, "segment-");
    await change(folder, segment, (bytes) => {
      bytes[1000] ^= 1;
    });
    const { code, stdout } = await run("verify", folder);
    assert.equal(code, 1);
    assert.match(
      stdout,
      new RegExp(
        `^  ${segment}, offset 32: the checksum of a block is wrong; it held \\d+ messages of queue 'orders'`,
        "m",
      ),
    );
    assert.match(stdout, /^Lost: \d+ of 2,100 messages of queue 'orders' in vhost '\/'\.$/m);
    assert.match(stdout, /haremq data salvage .* <new folder>/);
  });
});

describe("haremq data salvage", () => {
  it("copies everything in a whole folder, and exits with 0", async () => {
    const to = `${temporary}/salvaged`;
    const { code, stdout } = await run("salvage", whole, to);
    assert.equal(code, 0);
    assert.match(stdout, /salvaged has all of \S+whole: 1 queue with 2,100 messages\./);
    assert.equal((await run("verify", to)).code, 0);
    assert.equal(await countOrders(to), MESSAGES + 100);
  });

  it("copies everything whole in a damaged folder, lists what is lost, exits with 2, and the broker starts on the copy", async () => {
    const folder = await copy();
    const segment = await find(folder, "segment-");
    await change(folder, segment, (bytes) => {
      bytes[1000] ^= 1;
    });
    const before = await contentOf(folder);
    const { code, stdout } = await run("salvage", folder, `${folder}-new`);
    assert.equal(code, 2);
    const lost = Number(/^Lost: (\d+) of 2,100 messages/m.exec(stdout)![1]);
    assert.equal(await countOrders(`${folder}-new`), MESSAGES + 100 - lost);
    assert.deepEqual(await contentOf(folder), before);
  });

  it("gives a name to a queue that has lost its own", async () => {
    const folder = await copy();
    for (const name of await readdir(folder)) if (!name.startsWith("segment-")) await rm(`${folder}/${name}`);
    const { code, stdout } = await run("salvage", folder, `${folder}-new`);
    assert.equal(code, 2);
    assert.match(
      stdout,
      /The name of a queue with 2,000 messages is lost: it is called 'salvaged-1' in vhost '\/' now\./,
    );
    assert.equal(await countOrders(`${folder}-new`, "salvaged-1"), MESSAGES);
  });

  it("refuses a target folder that is not empty", async () => {
    const folder = await copy();
    const before = await contentOf(folder);
    const { code, stderr } = await run("salvage", whole, folder);
    assert.equal(code, 1);
    assert.match(stderr, /is not empty, there is \S+ in it\. Choose one that is not there yet\./);
    assert.deepEqual(await contentOf(folder), before);
    const own = await run("salvage", whole, whole);
    assert.match(own.stderr, /whole is not empty/);
  });
});

describe("haremq data in a Russian locale", () => {
  const known = new Set(["HareMQ", "haremq", "data", "verify", "salvage", "id", "orders", "snapshot"]);
  /** Runs a command, and returns what it writes, in which nothing but names is English. */
  async function runInRussian(...args: string[]): Promise<string> {
    const { stdout, stderr } = await runInLocale("ru_RU.UTF-8", "data", ...args);
    const text = (stdout + stderr).replaceAll("\u00a0", " ");
    assert.deepEqual(englishWords(text.replaceAll(/\/\S+|\b(journal|segment)-\d+/g, ""), known), [], text);
    return text;
  }

  it("says what is in a folder", async () => {
    const inspected = await runInRussian("inspect", whole);
    assert.match(inspected, /^\S+: версия формата 3, файлов: \d+, байтов: [\d ]+$/m);
    assert.match(inspected, /^Содержимое: обменников: 1, очередей: 1, привязок: 1, сообщений: 2 100; /m);
    assert.match(inspected, /^файл +байтов +что это$/m);
    assert.match(inspected, /^orders +\/ +2 100 +[\d ]+$/m);
    assert.equal(await runInRussian("verify", whole), `${whole}: всё цело; очередей: 1, сообщений: 2 100.\n`);
    const json = await runInLocale("ru_RU.UTF-8", "data", "inspect", whole, "--json");
    assert.deepEqual(json, await runInLocale("C", "data", "inspect", whole, "--json"));
  });

  it("says what is damaged, lost and saved", async () => {
    const folder = await copy();
    const segment = await find(folder, "segment-");
    await change(folder, segment, (bytes) => {
      bytes[1000] ^= 1;
    });
    const label = "очередь 'orders' в виртуальном хосте '/'";
    const verified = await runInRussian("verify", folder);
    assert.match(verified, new RegExp(`^  ${segment}, смещение 32: неверна контрольная сумма блока; в нём было `, "m"));
    assert.match(verified, new RegExp(`^Потеряно: \\d+; всего сообщений: 2 100 \\(${label}\\)\\.$`, "m"));
    assert.match(await runInRussian("inspect", folder), /^Есть повреждения \(мест: 1\)\./m);
    assert.match(await runInRussian("salvage", folder, `${folder}-new`), /скопировано то, что цело в /);
    for (const name of await readdir(folder)) if (name !== segment) await rm(`${folder}/${name}`);
    assert.match(await runInRussian("salvage", folder, `${folder}-named`), /^Имя очереди потеряно \(сообщений: /m);
    assert.match(await runInRussian("salvage", folder, whole), /не пуст, в нём есть /);
  });
});

describe("a broker that starts on a damaged folder", () => {
  it("names the broken file, the place and a remedy, and exits with 1", async () => {
    const folder = await copy();
    const journal = await newestJournal(folder);
    // The first of several batches: those behind it were written when it was on disk.
    await change(folder, journal, (bytes) => {
      bytes[600] ^= 1;
    });
    const haremq = new Haremq("--port", "0", "--data-dir", folder);
    assert.equal(await haremq.ended, 1);
    assert.match(
      haremq.stderr,
      new RegExp(
        `^The data folder ${folder} can't be used: ${journal} is damaged at offset 512: there is no whole batch of records, though there is one behind it, at ` +
          `offset \\d+\\. Nothing was changed\\. Restore the folder from a copy, or save what is whole in it with: haremq ` +
          `data salvage ${folder} <new folder>\n$`,
      ),
    );
    const russian = await runInLocale("ru_RU.UTF-8", "--port", "0", "--data-dir", folder, "--no-management-port");
    assert.equal(russian.exitCode, 1);
    assert.ok(
      russian.stderr.startsWith(
        `Каталог данных ${folder} нельзя использовать: ${journal} повреждён на смещении 512: нет целого пакета записей, `,
      ),
      russian.stderr,
    );
  });

  it("does not touch a folder of a newer format, and says so", async () => {
    const folder = await copy();
    await change(folder, "snapshot", (bytes) => {
      bytes.writeUInt32LE(99, 8);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
    });
    const before = await contentOf(folder);
    const haremq = new Haremq("--port", "0", "--data-dir", folder);
    assert.equal(await haremq.ended, 1);
    assert.match(
      haremq.stderr,
      /can't be used: snapshot has format version 99, and this HareMQ knows versions \d+ to \d+ only\. Nothing was changed\. Start the HareMQ that/,
    );
    const after = await contentOf(folder);
    for (const contents of [before, after]) contents.delete("lock");
    assert.deepEqual(after, before);
  });

  it("cuts off an unfinished write, reports that, and starts", async () => {
    const folder = await copy();
    const journal = await newestJournal(folder);
    await change(folder, journal, (bytes) => {
      const end = bytes.findLastIndex((byte) => byte !== 0);
      bytes.fill(0, end - 20);
    });
    const haremq = new Haremq("--port", "0", "--data-dir", folder);
    await haremq.line(
      new RegExp(
        `\\[warning\\] <0\\.\\d+\\.0> ${journal}: what was being written when the broker was stopped is cut off at offset \\d+`,
      ),
    );
    await haremq.address();
  });
});
