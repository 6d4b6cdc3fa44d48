import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decryptSettings } from "../../src/cli/encrypted_settings.ts";
import { readConfig } from "../../src/config/config.ts";
import { settingsOf } from "./read_conf.ts";

/**
 * The settings of every configuration file and every case of a schema's tests in the sources of RabbitMQ 4.3.5, each
 * under a line with the result and its source. Of `rabbitmq.conf.example` these are the ones in comments.
 */
const table = readFileSync(new URL("rabbitmq_examples.txt", import.meta.url), "utf8");

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

describe("RabbitMQ's own configuration files", () => {
  const examples = examplesOf(table);

  it("are all in the table", () => assert.equal(examples.length, 632));

  it("are accepted, warned about or refused as in the table", async () => {
    const found: string[] = [];
    for (const { text, source } of examples) found.push(`[${await outcomeOf(text)}] ${source}`);
    assert.deepEqual(found, examples.map(({ outcome, source }) => `[${outcome}] ${source}`));
  });
});
