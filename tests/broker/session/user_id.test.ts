import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { settled } from "../../fake_clock.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";

describe("a user-id", () => {
  it("may be anybody's when the publisher has the tag impersonator, and with no other tag", async () => {
    const broker = new Broker();
    broker.users.add({ name: "gateway", password: "secret", tags: ["monitoring", "impersonator"] });
    broker.users.add({ name: "boss", password: "secret", tags: ["administrator"] });
    for (const name of ["gateway", "boss"]) broker.users.permit(name, "/");
    const queue = broker.vhost("/").queue("q");
    const gateway = await InProcessClient.open(broker, { user: "gateway", password: "secret" });
    for (const userId of ["alice", "gateway", ""]) gateway.publish(1, { routingKey: "q", properties: { userId } });
    await settled();
    assert.equal(queue.messageCount, 3);
    const boss = await InProcessClient.open(broker, { user: "boss", password: "secret" });
    boss.publish(1, { routingKey: "q", properties: { userId: "alice" } });
    const { replyText } = await boss.receive(1, "channel.close");
    assert.equal(
      replyText,
      "PRECONDITION_FAILED - user_id property set to 'alice' but authenticated user was 'boss'",
    );
    assert.equal(queue.messageCount, 3);
  });
});
