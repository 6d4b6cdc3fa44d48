import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decryptSettings } from "../../src/cli/encrypted_settings.ts";
import { readConfig } from "../../src/config/config.ts";
import { settingsOf } from "./read_conf.ts";

/** Tables of settings, each of which is under a line with the result and its source. */
const TABLES: Readonly<Record<string, { readonly file: string; readonly count: number }>> = {
  /**
   * Every configuration file and every case of a schema's tests in the sources of RabbitMQ 4.3.5. Of
   * `rabbitmq.conf.example` these are the settings in comments.
   */
  "RabbitMQ's own configuration files": { file: "rabbitmq_examples.txt", count: 632 },
  /**
   * Every block of RabbitMQ 4.3's documentation that is a configuration, without comments and repetitions, with the page
   * and the block's number on it. Most of those that are refused have a mistake, and RabbitMQ's schema has no such key
   * either.
   */
  "the configurations in RabbitMQ's documentation": { file: "rabbitmq_documentation.txt", count: 392 },
};

interface Example {
  readonly outcome: string;
  readonly source: string;
  readonly text: string;
}

function examplesOf(table: string): Example[] {
  const parts = table.split(/^\[(accepted|warned about \d+|refused: .*)\] (.*)\n/m).slice(1);
  return Array.from({ length: parts.length / 3 }, (_, at) => {
    const [outcome, source, text] = parts.slice(at * 3, at * 3 + 3);
    return { outcome, source, text };
  });
}

async function outcomeOf(text: string): Promise<string> {
  try {
    const { warnings } = readConfig(await decryptSettings(settingsOf(text, "x")));
    return warnings.length === 0 ? "accepted" : `warned about ${warnings.length}`;
  } catch (error) {
    return `refused: ${(error as Error).message.replaceAll(/^x, line \d+: /gm, "").replaceAll("\n", " ")}`;
  }
}

for (const [what, { file, count }] of Object.entries(TABLES)) {
  describe(what, () => {
    const examples = examplesOf(readFileSync(new URL(file, import.meta.url), "utf8"));

    it("are all in the table", () => assert.equal(examples.length, count));

    it("are accepted, warned about or refused as in the table", async () => {
      const found = await Promise.all(examples.map(async ({ text, source }) => `[${await outcomeOf(text)}] ${source}`));
      assert.deepEqual(found, examples.map(({ outcome, source }) => `[${outcome}] ${source}`));
    });
  });
}
