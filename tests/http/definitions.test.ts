import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const QUEUE = { name: "q", durable: true, auto_delete: false, arguments: {} };

/** Posts a form as a browser does. */
function upload(
  client: HttpClient,
  path: string,
  field: string,
  text: string,
  fileName = "d.json",
): Promise<HttpReply> {
  const boundary = "----haremq";
  const body = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${fileName}"\r\n` +
    `content-type: application/json\r\n\r\n${text}\r\n--${boundary}--\r\n`;
  return client.request("POST", path, body, { "content-type": `multipart/form-data; boundary=${boundary}` });
}

describe("the definitions of the management API", () => {
  it("are exported whole, and imported into another broker", async () => {
    const first = new Broker();
    const client = new HttpClient(first);
    await client.put("/api/vhosts/v", { description: "d" });
    await client.put("/api/users/u", { tags: "management", password: "p" });
    await client.put("/api/policies/v/p", { pattern: "", definition: { expires: 1000 } });
    for (const path of ["/api/definitions", "/api/all-configuration"]) {
      const exported = await client.get(path);
      assert.equal(exported.status, 200);
      assert.equal(exported.headers.get("content-type"), "application/json");
      assert.equal(exported.text, await first.exportDefinitions());
      const second = new Broker();
      const imported = await new HttpClient(second).request("POST", path, exported.text);
      assert.equal(imported.status, 204);
      assert.equal(await second.exportDefinitions(), exported.text);
    }
  });

  it("are those of a virtual host where one is named", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/vhosts/v");
    assert.equal((await client.post("/api/definitions/v", { queues: [QUEUE] })).status, 204);
    const { json, text } = await client.get("/api/definitions/v");
    assert.equal(text, await broker.exportDefinitions("v"));
    assert.equal(json.rabbitmq_definition_format, "single_virtual_host");
    assert.deepEqual(json.queues[0].name, "q");
  });

  it("are not sent again to a client that has them already, until something changes", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/queues/%2F/q", { durable: true });
    const tags = new Set<string>();
    const expectChanged = async () => {
      for (const path of ["/api/definitions", "/api/definitions/%2F"]) {
        const first = await client.get(path);
        const tag = first.headers.get("etag")!;
        assert.ok(first.status === 200 && !tags.has(tag), tag);
        tags.add(tag);
        for (const known of [tag, `W/${tag}`]) {
          const again = await client.request("GET", path, undefined, { "if-none-match": known });
          assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", tag]);
        }
      }
    };
    await expectChanged();
    for (
      const [path, body] of [
        ["/api/vhosts/v", { description: "d" }],
        ["/api/users/u", { tags: "", password: "p" }],
        ["/api/permissions/%2F/u", { configure: "", write: "", read: "" }],
        ["/api/topic-permissions/%2F/u", { exchange: "amq.topic", write: "", read: "" }],
        ["/api/policies/%2F/p", { pattern: "", definition: { expires: 1000 } }],
        ["/api/global-parameters/g", { value: 1 }],
        ["/api/vhost-limits/%2F/max-queues", { value: 5 }],
        ["/api/cluster-name", { name: "hares" }],
        ["/api/exchanges/%2F/x", { type: "fanout", durable: true }],
        ["/api/queues/%2F/r", { durable: true }],
      ] as const
    ) {
      assert.ok((await client.put(path, body)).status < 300, path);
      await expectChanged();
    }
    await client.post("/api/bindings/%2F/e/x/q/r", {});
    await expectChanged();
    await client.delete("/api/vhosts/v");
    await expectChanged();
    const other = await new HttpClient(new Broker()).request("GET", "/api/definitions", undefined, {
      "if-none-match": [...tags].join(", "),
    });
    assert.equal(other.status, 200);
  });

  it("are imported from the field file of a form", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    const text = JSON.stringify({ queues: [{ ...QUEUE, vhost: "/" }] });
    assert.equal((await upload(client, "/api/definitions", "file", text)).status, 204);
    assert.ok(broker.node.vhosts.get("/")!.queues.has("q"));
    const refused = await upload(client, "/api/definitions", "other", text);
    assert.deepEqual([refused.status, refused.json.reason], [400, "[{key_missing,file}]"]);
    const broken = await client.request("POST", "/api/definitions", "no form", {
      "content-type": "multipart/form-data",
    });
    assert.equal(broken.status, 400);
  });

  it("are saved in a file by browsers", async () => {
    const client = new HttpClient(new Broker());
    const { headers } = await client.get("/api/definitions?download=haremq.json");
    assert.equal(headers.get("content-disposition"), "attachment; filename=haremq.json");
    assert.equal((await client.get("/api/definitions?download=a%22b%0d%0ax:%20y")).status, 400);
  });

  it("are refused with all problems, and change nothing", async () => {
    const broker = new Broker();
    const before = await broker.exportDefinitions();
    const client = new HttpClient(broker);
    const { status, json } = await client.post("/api/definitions", {
      queues: [{ ...QUEUE, vhost: "/" }, { ...QUEUE, vhost: "nope" }, { ...QUEUE, name: 5, vhost: "/" }],
    });
    assert.equal(status, 400);
    assert.equal(
      json.reason,
      'queues[1].vhost: Please create virtual host "nope" prior to importing definitions.\n' +
        "queues[2].name: a text is expected here: received a number",
    );
    assert.equal(await broker.exportDefinitions(), before);
  });

  it("take no type of body that a form of another page could send", async () => {
    const client = new HttpClient(new Broker());
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const reply = await client.request("POST", "/api/definitions", "{}", { "content-type": type });
      assert.equal(reply.status, 415, type);
    }
  });

  it("come from a file whose name ends with .json, where that is required", async () => {
    const client = new HttpClient(new Broker({ management: { requiresJsonExtension: true } }));
    assert.equal((await upload(client, "/api/definitions", "file", "{}", "d.JSON")).status, 204);
    const refused = await upload(client, "/api/definitions", "file", "{}", "d.txt");
    assert.deepEqual([refused.status, refused.json.reason], [400, "unsupported_file_extension"]);
  });

  it("have to fit into the limit of a body, uploaded or not", async () => {
    const broker = new Broker({ management: { maxBodySize: 1000 } });
    const client = new HttpClient(broker);
    const text = JSON.stringify({ explanation: "x".repeat(1000) });
    for (
      const reply of [
        await client.request("POST", "/api/definitions", text),
        await upload(client, "/api/definitions", "file", text),
      ]
    ) {
      assert.deepEqual([reply.status, reply.json.reason], [400, "Exceeded HTTP request body size limit"]);
    }
  });

  it("keep the user who imports them", async () => {
    const broker = new Broker({ eventExchange: { vhost: "/" } });
    const client = new HttpClient(broker);
    const users: unknown[] = [];
    const queue = broker.vhost("/").queue("events");
    await client.post("/api/definitions", {
      queues: [{ ...QUEUE, vhost: "/", name: "events" }],
      bindings: [{
        vhost: "/",
        source: "amq.rabbitmq.event",
        destination: "events",
        destination_type: "queue",
        routing_key: "vhost.created",
        arguments: {},
      }],
    });
    await client.post("/api/definitions", { vhosts: [{ name: "v" }] });
    for await (const event of queue.consume()) {
      users.push(event.properties.headers?.get("user_who_performed_action")?.value);
      event.ack();
      break;
    }
    assert.deepEqual(users, ["guest"]);
  });

  it("are for administrators, and of virtual hosts that exist", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "u", password: "p", tags: ["monitoring"] });
    assert.equal((await new HttpClient(broker, "u:p").get("/api/definitions")).status, 401);
    const client = new HttpClient(broker);
    const exported = await client.get("/api/definitions/v");
    assert.deepEqual([exported.status, exported.json.reason], [400, "vhost_not_found"]);
    const imported = await client.post("/api/definitions/v");
    assert.deepEqual([imported.status, imported.json], [404, { error: "not_found", reason: "vhost_not_found" }]);
  });
});
