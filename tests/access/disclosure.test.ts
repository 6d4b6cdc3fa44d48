import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccessControl, Broker } from "../../mod.ts";
import type { AccessClock } from "../../src/access/clock.ts";
import { CacheBackend } from "../../src/access/cache_backend.ts";
import { HttpBackend } from "../../src/access/http_backend.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";

const REASON = "Creating or deleting exchanges is forbidden for all client apps ❌";
const clock: AccessClock = { now: () => 0, time: () => 0, after: () => () => {} };

/** Makes a broker whose HTTP server denies what it is asked at one of its paths. */
function brokerThatDenies(path: string, isTold: boolean, isCached = false): Broker {
  const fetch = (url: string) => Promise.resolve(new Response(url.includes(path) ? `deny ${REASON}` : "allow"));
  const http = new HttpBackend({ authorization_failure_disclosure: isTold }, fetch, clock);
  const cached = () =>
    new CacheBackend({ cached_backend: http, cache_refusals: true }, clock, (bytes) => bytes.fill(1));
  return new Broker({ access: new AccessControl({ auth_backends: [isCached ? cached() : http] }, clock) });
}

/** Receives the end of a channel. */
async function closeOf(client: InProcessClient, channel: number): Promise<readonly [number, string]> {
  const { replyCode, replyText } = await client.receive(channel, "channel.close");
  return [replyCode, replyText];
}

describe("the reason of a denied permission", () => {
  it("is told behind RabbitMQ's text, with the backend that denied it", async () => {
    for (const [isCached, name] of [[false, "http"], [true, "cache"]] as const) {
      const client = await InProcessClient.open(brokerThatDenies("/resource", true, isCached), { channels: [1, 2] });
      for (const channel of [1, 2]) {
        client.send(channel, "exchange.declare", { exchange: "my-exchange", type: "fanout" });
        const [code, text] = await closeOf(client, channel);
        assert.deepEqual([code, text], [
          403,
          "ACCESS_REFUSED - configure access to exchange 'my-exchange' in vhost '/' refused for user 'guest' " +
          `by backend rabbit_auth_backend_${name}: ${REASON}`,
        ]);
      }
    }
  });

  it("is told for routing keys, passive declarations and virtual hosts", async () => {
    const client = await InProcessClient.open(brokerThatDenies("/topic", true));
    client.publish(1, { exchange: "amq.topic", routingKey: "k", body: "message" });
    assert.match((await closeOf(client, 1))[1], /write access to topic 'k' .*_http: Creating or deleting/);
    const passive = await InProcessClient.open(brokerThatDenies("/resource", true));
    passive.send(1, "queue.declare", { queue: "q", passive: true });
    assert.match((await closeOf(passive, 1))[1], /configure access to queue 'q' .*_http: Creating or deleting/);
    await assert.rejects(
      InProcessClient.open(brokerThatDenies("/vhost", true)),
      /access to vhost '\/' refused for user 'guest' by backend rabbit_auth_backend_http: Creating or deleting/,
    );
  });

  it("is not told otherwise", async () => {
    const client = await InProcessClient.open(brokerThatDenies("/resource", false));
    client.send(1, "exchange.declare", { exchange: "x", type: "fanout" });
    const [, text] = await closeOf(client, 1);
    assert.equal(text, "ACCESS_REFUSED - configure access to exchange 'x' in vhost '/' refused for user 'guest'");
  });
});
