import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiClient, apiPath, apiQuery } from "../../ui/api/client.ts";
import { ApiError } from "../../ui/api/api_error.ts";
import { errorText } from "../../ui/api/error_text.ts";
import { mayUse } from "../../ui/api/rights.ts";
import { en } from "../../ui/i18n/common_en.ts";

function clientOf(answer: () => Response | Promise<Response>) {
  const requests: Request[] = [];
  let refusals = 0;
  const client = new ApiClient({
    base: "http://broker/api/",
    authorization: () => "Basic abc",
    onLoginRefused: () => refusals++,
    fetch: (input, init) => {
      requests.push(new Request(input, init));
      return Promise.resolve(answer());
    },
  });
  return { client, requests, refusals: () => refusals };
}

const refusal = (status: number, error: string, reason: string) => Response.json({ error, reason }, { status });

describe("the client of the API", () => {
  it("sends the login as a header", async () => {
    const { client, requests } = clientOf(() => Response.json({ ok: true }));
    assert.deepEqual(await client.put("vhosts/a", { tracing: true }), { ok: true });
    const [request] = requests;
    assert.equal(request.headers.get("authorization"), "Basic abc");
    assert.equal(request.headers.get("content-type"), "application/json");
    assert.deepEqual([request.method, request.url], ["PUT", "http://broker/api/vhosts/a"]);
  });

  it("sends JSON that is there as text as it is", async () => {
    const { client, requests } = clientOf(() => new Response(null, { status: 204 }));
    await client.request("POST", "definitions", { text: '{"n": 1.0}' });
    assert.equal(await requests[0].text(), '{"n": 1.0}');
    assert.equal(requests[0].headers.get("content-type"), "application/json");
  });

  it("returns nothing for an answer without a body", async () => {
    const { client } = clientOf(() => new Response(null, { status: 204 }));
    assert.equal(await client.delete("vhosts/a"), undefined);
  });

  it("tells what the broker refuses, in sentences", async () => {
    for (
      const [answer, text] of [
        [refusal(401, "not_authorized", "Not_Authorized"), "Name or password is wrong."],
        [refusal(401, "not_authorised", "Not administrator user"), "You may not do this: Not administrator user"],
        [refusal(404, "Object Not Found", "Not Found"), "It does not exist, or no longer."],
        [refusal(400, "bad_request", "no"), "The broker refuses this: no"],
        [new Response("<html>", { status: 502 }), "The broker failed with status 502: see its log."],
      ] as const
    ) {
      const { client } = clientOf(() => answer);
      const error = await client.get("x").catch((error) => error);
      assert.equal(errorText(error, en), text);
    }
  });

  it("tells that the broker can't be reached", async () => {
    const { client } = clientOf(() => Promise.reject(new TypeError("refused")));
    const error = await client.get("x").catch((error) => error);
    assert.ok(error instanceof ApiError);
    assert.equal(errorText(error, en), en.errorNetwork);
  });

  it("reports a refused login, and not a lacking permission", async () => {
    const login = clientOf(() => refusal(401, "not_authorized", "Not_Authorized"));
    await assert.rejects(login.client.get("x"), ApiError);
    const permission = clientOf(() => refusal(401, "not_authorised", "Access refused."));
    await assert.rejects(permission.client.get("x"), ApiError);
    assert.deepEqual([login.refusals(), permission.refusals()], [1, 0]);
  });
});

describe("paths of the API", () => {
  it("have the names in them encoded", () => {
    assert.equal(apiPath`queues/${"/"}/${"a b%"}/get`, "queues/%2F/a%20b%25/get");
    assert.equal(apiQuery({ page: 1, name: "", sort: undefined, vhost: "a&b" }), "?page=1&vhost=a%26b");
    assert.equal(apiQuery({}), "");
  });
});

describe("tags", () => {
  it("include those below them", () => {
    assert.ok(mayUse(["administrator"], "policymaker"));
    assert.ok(mayUse(["monitoring"], "management"));
    assert.ok(!mayUse(["policymaker"], "monitoring"));
    assert.ok(!mayUse([], "management"));
  });
});
