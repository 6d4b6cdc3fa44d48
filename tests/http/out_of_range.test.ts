import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { WITHOUT_BODY } from "./bad_input.ts";
import { extremeBodies } from "./extreme_bodies.ts";
import { HttpClient } from "./http_client.ts";
import { NAMES_NO_FIELD, RIGHT_WRITES, type RightWrite, TAKEN } from "./out_of_range.ts";

/** A broker with the objects that writes are about. */
async function startBroker(): Promise<{ readonly broker: Broker; readonly client: HttpClient }> {
  const broker = new Broker();
  const client = new HttpClient(broker);
  for (const name of ["q", "to"]) await client.put(`/api/queues/%2F/${name}`, { durable: true });
  await client.put("/api/queues/%2F/quorum", { durable: true, arguments: { "x-queue-type": "quorum" } });
  for (const priority of [1, 2]) {
    await client.post("/api/exchanges/%2F/amq.default/publish", {
      routing_key: "q",
      properties: { priority },
      payload: "p",
      payload_encoding: "string",
    });
  }
  return { broker, client };
}

/** Returns everything that a write may change. */
async function stateOf(broker: Broker, client: HttpClient): Promise<string> {
  const messages = { count: 10, ackmode: "peek", encoding: "auto" };
  const answers = [
    await client.get(
      "/api/queues?columns=vhost,name,durable,arguments,messages_ready,messages_unacknowledged,consumers",
    ),
    await client.get("/api/exchanges?columns=vhost,name,type,durable,arguments"),
    await client.get("/api/bindings"),
    await client.get("/api/cluster-name"),
    await client.post("/api/queues/%2F/q/get", messages),
    await client.post("/api/queues/%2F/to/get", messages),
  ];
  return [await broker.exportDefinitions(), ...answers.map(({ text }) => text)].join("\n");
}

/** Puts each field of a write out of range. Returns what was taken, by write and field. */
async function putOutOfRange(right: RightWrite): Promise<Record<string, string[]>> {
  const [method, path] = right.write.split("?")[0].split(" ");
  const taken: Record<string, string[]> = {};
  let { broker, client } = await startBroker();
  let before = await stateOf(broker, client);
  for (const { field, extreme, json } of extremeBodies(right)) {
    const { status, json: answer } = await client.request(method, path, json);
    const place = `${field}: ${extreme}`;
    if (status < 300 || status === 501) {
      (taken[`${right.write} ${field}`] ??= []).push(extreme);
      await broker.close();
      ({ broker, client } = await startBroker());
      before = await stateOf(broker, client);
      continue;
    }
    assert.deepEqual([status, answer.error], [400, "bad_request"], place);
    assert.ok(answer.reason.includes(field) || NAMES_NO_FIELD.test(answer.reason), `${place}: ${answer.reason}`);
    assert.equal(await stateOf(broker, client), before, place);
  }
  await broker.close();
  return taken;
}

describe("writes of the management API", () => {
  it("are all tested with values out of range", () => {
    const patterns = ROUTES.filter(({ method }) => method === "PUT" || method === "POST")
      .map(({ method, path }) => `${method} ${path}`)
      .filter((write) => !WITHOUT_BODY.includes(write));
    const untested = patterns.filter((pattern) => {
      const expression = new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`);
      return !RIGHT_WRITES.some(({ write }) => expression.test(write.split("?")[0]));
    });
    assert.deepEqual(untested, []);
  });
});

describe("a write of the management API with a field out of range", () => {
  for (const right of RIGHT_WRITES) {
    const fields = Object.keys(right.body).join(", ");
    it(`is refused with a reason, and changes nothing: ${right.write.split("?")[0]} (${fields})`, async () => {
      const taken = await putOutOfRange(right);
      for (const field of Object.keys(right.body)) {
        const key = `${right.write} ${field}`;
        assert.deepEqual(taken[key]?.toSorted() ?? [], TAKEN[key]?.toSorted() ?? [], key);
      }
    });
  }
});
