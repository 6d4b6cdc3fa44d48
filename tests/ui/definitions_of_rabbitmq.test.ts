import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { countOutcomes, differencesOf } from "../../ui/pages/definitions/differences.ts";
import { type Definitions, readDefinitions } from "../../ui/pages/definitions/read_definitions.ts";
import { HttpClient } from "../http/http_client.ts";

const FIXTURES = new URL("../definitions/fixtures/", import.meta.url);

function read(text: string): Definitions {
  const definitions = readDefinitions(text);
  assert.ok(!("problem" in definitions), JSON.stringify(definitions));
  return definitions;
}

describe("the difference between RabbitMQ's definitions and the present ones", () => {
  for (const version of ["3.10", "4.3"]) {
    for (
      const [file, path, isSingle] of [
        ["definitions", "/api/definitions", false],
        ["vhost", "/api/definitions/%2F", true],
      ] as const
    ) {
      it(`is gone after ${file}.json of RabbitMQ ${version} is imported`, async () => {
        await using broker = new Broker();
        const client = new HttpClient(broker);
        const text = await readFile(new URL(`rabbitmq_${version}/${file}.json`, FIXTURES), "utf8");
        const difference = async () => differencesOf(read(text), read((await client.get(path)).text), isSingle);
        const { added } = countOutcomes(await difference());
        assert.ok(added > 10, `${added} objects are new`);
        const { status, text: answer } = await client.request("POST", path, text);
        assert.equal(status, 204, answer);
        const left = (await difference()).flatMap(({ section, objects }) =>
          objects.map(({ identity, outcome, members }) => ({ section, ...identity, outcome, members }))
        );
        assert.deepEqual(left, []);
      });
    }
  }
});
