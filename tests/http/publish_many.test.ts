import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const PATH = "/api/exchanges/%2F/amq.default/messages";
const answerOf = ({ status, json }: HttpReply) => [status, json];
const ndjson = { "content-type": "application/x-ndjson" };

async function open(queueArguments = {}): Promise<HttpClient> {
  const client = new HttpClient(new Broker());
  await client.put("/api/queues/%2F/q", { durable: true, arguments: queueArguments });
  return client;
}

async function payloadsIn(client: HttpClient): Promise<string[]> {
  const { json } = await client.post("/api/queues/%2F/q/get", { count: 200_000, ackmode: "peek", encoding: "auto" });
  return json.map(({ payload }: { payload: string }) => payload);
}

describe("publishing many messages over HTTP", () => {
  it("keeps their order, and tells the outcome of each", async () => {
    const client = await open();
    const messages = [
      { routing_key: "q", payload: "1" },
      { routing_key: "none", payload: "2" },
      { routing_key: "q", payload: "Mw==", payload_encoding: "base64" },
      { routing_key: "q" },
    ];
    assert.deepEqual(answerOf(await client.post(PATH, { messages })), [200, {
      routed: 3,
      unroutable: 1,
      refused: 0,
      outcomes: ["routed", "unroutable", "routed", "routed"],
    }]);
    assert.deepEqual(await payloadsIn(client), ["1", "3", ""]);
  });

  it("takes a message on each line, with AMQP's properties", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    const lines = [
      { routing_key: "q", payload: "1", properties: { message_id: "m1", headers: { n: 1 } } },
      { routing_key: "q", payload: "2\n", properties: { delivery_mode: 2 } },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("\n");
    const reply = await client.request("POST", PATH, text, ndjson);
    assert.deepEqual([reply.status, reply.json.routed], [200, 2]);
    const [first, second] = [await channel.get("q"), await channel.get("q")];
    assert.ok(first !== false && second !== false);
    assert.deepEqual([first.properties.messageId, first.properties.headers], ["m1", { n: 1 }]);
    assert.deepEqual([second.properties.deliveryMode, second.content.toString()], [2, "2\n"]);
  });

  it("tells which ones a full queue refused", async () => {
    const client = await open({ "x-max-length": 1, "x-overflow": "reject-publish" });
    const messages = [{ routing_key: "q" }, { routing_key: "q" }];
    const { json } = await client.post(PATH, { messages });
    assert.deepEqual(json.outcomes, ["routed", "refused"]);
  });

  it("publishes nothing when one of them is wrong, and names its place", async () => {
    const client = await open();
    const good = { routing_key: "q" };
    for (
      const [messages, reason] of [
        [undefined, "messages: a list is expected here"],
        [{}, "messages: a list is expected here"],
        [[good, 5], "messages[1]: an object is expected here"],
        [[good, { routing_key: 5 }], "messages[1].routing_key: a text is expected here: received a number"],
        [[good, { payload: 5 }], "messages[1].payload: a text is expected here: received a number"],
        [[good, { payload: "%", payload_encoding: "base64" }], "messages[1].payload: this is no base64"],
        [
          [good, { properties: { priority: "high" } }],
          'messages[1].properties.priority: an integer from 0 to 255 is expected here: received "high"',
        ],
      ] as const
    ) {
      assert.deepEqual(answerOf(await client.post(PATH, { messages })), [400, { error: "bad_request", reason }]);
    }
    const lines = await client.request("POST", PATH, '{"routing_key":"q"}\n{"routing_key":', ndjson);
    assert.equal(lines.status, 400);
    assert.match(lines.json.reason, /^not_json: messages\[1\]: /);
    assert.deepEqual(await payloadsIn(client), []);
  });

  it("refuses what AMQP refuses", async () => {
    const client = await open();
    const messages = [{ routing_key: "q", properties: { expiration: "soon" } }];
    const { status, json } = await client.post(PATH, { messages });
    assert.deepEqual([status, json.reason], [
      400,
      "406 PRECONDITION_FAILED - invalid expiration 'soon': no_integer",
    ]);
    assert.equal((await client.post("/api/exchanges/%2F/none/messages", { messages })).status, 404);
  });

  it("takes 10,000 messages", async () => {
    const client = await open();
    const messages = Array.from({ length: 10_000 }, (_, i) => ({ routing_key: "q", payload: String(i) }));
    assert.equal((await client.post(PATH, { messages })).json.routed, 10_000);
    assert.deepEqual(await payloadsIn(client), messages.map(({ payload }) => payload));
  });
});
