import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tableHash } from "../../../src/broker/exchange/erlang_table_hash.ts";
import { argumentsOf } from "../../../src/definitions/json/table_json.ts";
import { readJson } from "../../../src/definitions/json/json_reader.ts";

/** Arguments, and the hash in RabbitMQ's properties_key of a binding with them. */
const HASHES: readonly (readonly [json: string, hash: string])[] = [
  ['{"x":1,"y":"z"}', "XU23xQ"],
  ['{"x-match":"all","a":"b","n":1.5,"t":true,"l":[1,"q",{"k":"v"}]}', "r9BlSA"],
  ['{"a":-1}', "ElVmZA"],
  ['{"a":134217727}', "rEKsPQ"],
  ['{"a":134217728}', "b_w2HQ"],
  ['{"a":-134217728}', "qcwLvg"],
  ['{"a":-134217729}', "VfHuLA"],
  ['{"a":9223372036854775807}', "vTONBA"],
  ['{"a":-9223372036854775808}', "1LcwLA"],
  ['{"a":{}}', "JBz3JQ"],
  ['{"a":[]}', "jkxtaQ"],
  ['{"a":false}', "jVo0GA"],
  ['{"é":"ü"}', "nrpYYg"],
  ['{"a":1.0}', "j6r3_g"],
  ['{"a":-0.25}', "YRzdfQ"],
  ['{"b":{"z":1,"y":[true,{"q":2}]},"a":"xxxxxxxxxxxxxxxxxxxxx"}', "ylwsiA"],
  ['{"a":""}', "ZkKYww"],
  ['{"a":99999999999}', "qWL15g"],
  ['{"a":0}', "sAeYDw"],
];

function hashOf(json: string): string {
  const steps = readJson(json);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, tableHash(argumentsOf(step.value)));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

describe("the hash of arguments", () => {
  for (const [json, hash] of HASHES) {
    it(`is Erlang's for ${json}`, () => assert.equal(hashOf(json), hash));
  }
});
