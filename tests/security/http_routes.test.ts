import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { WHO } from "../../src/http/authorization.ts";
import type { Route } from "../../src/http/route.ts";
import { ROUTES } from "../../src/http/routes.ts";

const TAGS = ["administrator", "monitoring", "policymaker", "management"] as const;

/** Routes without a login. Another one belongs here only with a good reason. */
const OPEN = [
  "DELETE /api/login",
  "GET /api",
  "GET /api/auth",
  "GET /api/health/checks/below-node-connection-limit",
  "GET /api/health/checks/is-in-service",
  "GET /api/health/checks/reached-target-cluster-size",
  "GET /api/health/checks/ready-to-serve-clients",
  "GET /api/index.html",
  "GET /api/version",
  "GET /healthz",
  "GET /readyz",
  "POST /api/login",
];

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

/** Sends a request of a user to a route, with names that do not exist, and returns status and reason. */
async function ask(broker: Broker, route: Route, user?: string): Promise<{ status: number; reason?: string }> {
  const path = route.path.replace(/:\w+/g, "none");
  const gone = new AbortController();
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (user !== undefined) headers.authorization = `Basic ${btoa(`${user}:${user}`)}`;
  const { method } = route;
  const body = method === "PUT" || method === "POST" ? "{}" : undefined;
  const request = new Request(`http://localhost${path}`, { method, headers, body, signal: gone.signal });
  const response = await broker.fetch(request, { isLoopback: true });
  const type = response.headers.get("content-type") ?? "";
  const isError = response.status >= 400 && type.startsWith("application/json");
  const reason = isError ? (await response.json()).reason : undefined;
  if (!isError) await response.body?.cancel();
  gone.abort();
  return { status: response.status, reason };
}

async function brokerWithUsers(): Promise<Broker> {
  const broker = new Broker({ log: () => {} });
  for (const tag of TAGS) await broker.users.add({ name: tag, password: tag, tags: [tag] });
  await broker.users.add({ name: "plain", password: "plain" });
  return broker;
}

describe("every operation of the management API", () => {
  it("needs a login, except those in the list", () => {
    assert.deepEqual(ROUTES.filter(({ who }) => who === "anyone").map(nameOf).sort(), OPEN);
  });

  for (const route of ROUTES.filter(({ who }) => who !== "anyone")) {
    it(`refuses those who may not use it: ${nameOf(route)}`, async () => {
      const broker = await brokerWithUsers();
      const rule = WHO[route.who];
      assert.deepEqual(await ask(broker, route), { status: 401, reason: "Not_Authorized" });
      assert.deepEqual(await ask(broker, route, "plain"), { status: 401, reason: "Not management user" });
      assert.deepEqual(await ask(broker, route, "unknown"), { status: 401, reason: "Not_Authorized" });
      for (const tag of TAGS) {
        const { status, reason } = await ask(broker, route, tag);
        const mayUse = (rule.tags as readonly string[]).includes(tag);
        if (!mayUse) assert.deepEqual({ status, reason }, { status: 401, reason: rule.refusal }, tag);
        else if (status === 401) assert.notEqual(reason, rule.refusal, tag);
        // Some operations are for a broker in a server of its own: 501 or 503.
        assert.ok(status < 500 || status === 501 || status === 503, `${tag}: ${status} ${reason}`);
      }
    });
  }
});
