/**
 * Fills a broker with the scenario and writes its answers into a file:
 *
 *     deno run -A tests/http/reference/record.ts FILE http://127.0.0.1:15672 amqp://127.0.0.1:5672
 *
 * The broker must be a new one, without objects of others. With a fourth argument, `detailed`, it must have
 * `management.rates_mode = detailed`, and only its answers about pairs are written. With `odd-names` only its answers to
 * requests with odd names are.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { Api } from "./api.ts";
import { writeJson } from "./json_layout.ts";
import { RawApi } from "./odd/raw_api.ts";
import { recordOddNames } from "./odd/record_odd_names.ts";
import { record, recordPairs } from "./recording.ts";
import { fillBroker } from "./scenario.ts";

/** Time after which RabbitMQ's idle queues, channels and connections say so. In milliseconds. */
const IDLE_AFTER_MS = 12_000;

const [file, origin, amqpUrl, wanted] = process.argv.slice(2);
if (wanted === "odd-names") {
  await writeFile(file, writeJson(await recordOddNames(new RawApi(origin))));
} else {
  const api = new Api(origin);
  const traffic = await fillBroker(api, amqpUrl);
  await new Promise((resolve) => setTimeout(resolve, IDLE_AFTER_MS));
  await writeFile(file, writeJson(await (wanted === "detailed" ? recordPairs : record)(api)));
  await traffic.close();
}
