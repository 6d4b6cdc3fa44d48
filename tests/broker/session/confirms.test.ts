import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Durability } from "../../../src/broker/node/durability.ts";
import { Messages } from "../../../src/broker/message/messages.ts";
import { LateReceipt, REFUSED, TAKEN } from "../../../src/broker/message/receipt.ts";
import { Confirms } from "../../../src/broker/session/confirms.ts";
import { Turn } from "../../../src/broker/turn/turn.ts";

class Publisher {
  readonly store = { durable: 0 };
  readonly turn = new Turn(new Messages(), () => {});
  readonly told: string[] = [];
  readonly counts = { publishConfirm: 0, confirm: 0 };
  readonly #durability = new Durability();
  readonly confirms = new Confirms(
    this,
    {
      confirmed: (tag, isMultiple) => this.told.push(isMultiple ? `ack to ${tag}` : `ack ${tag}`),
      refused: (tag) => this.told.push(`nack ${tag}`),
    },
    this.counts,
  );

  whenDurable(position: number, callback: () => void): void {
    this.#durability.when(position, callback);
  }

  /** Publishes with these receipts in one turn. */
  publish(...receipts: (number | LateReceipt)[]): void {
    for (const receipt of receipts) this.confirms.published(receipt);
    this.turn.end();
  }

  sync(durable: number): void {
    this.store.durable = durable;
    this.#durability.resume(durable);
  }

  takeTold(): string[] {
    return this.told.splice(0);
  }
}

function late(): LateReceipt {
  const receipt = new LateReceipt();
  receipt.expect();
  receipt.complete();
  return receipt;
}

describe("confirms", () => {
  it("of a turn are sent together at its end", () => {
    const publisher = new Publisher();
    publisher.publish(TAKEN);
    publisher.publish(TAKEN, TAKEN, TAKEN);
    assert.deepEqual(publisher.told, ["ack 1", "ack to 4"]);
    assert.deepEqual([publisher.counts.confirm, publisher.confirms.unconfirmedCount], [4, 0]);
  });

  it("wait for the last position in the log of a publish of their turn, and for no later one", () => {
    const publisher = new Publisher();
    publisher.publish(5, TAKEN, 7);
    publisher.publish(9);
    publisher.sync(6);
    assert.deepEqual(publisher.takeTold(), []);
    publisher.sync(7);
    assert.deepEqual(publisher.takeTold(), ["ack to 3"]);
    assert.equal(publisher.confirms.unconfirmedCount, 1);
    publisher.sync(9);
    assert.deepEqual(publisher.takeTold(), ["ack 4"]);
  });

  it("of refused publishes are sent at once", () => {
    const publisher = new Publisher();
    publisher.publish(3, REFUSED, 4);
    assert.deepEqual(publisher.takeTold(), ["nack 2"]);
    publisher.sync(4);
    assert.deepEqual(publisher.takeTold(), ["ack to 3"]);
  });

  it("count no refused publishes, as in RabbitMQ", () => {
    const publisher = new Publisher();
    const counts = () => [publisher.counts.confirm, publisher.confirms.unconfirmedCount];
    publisher.publish(3, REFUSED, 4);
    assert.deepEqual(counts(), [0, 2]);
    publisher.publish(REFUSED, 6);
    assert.deepEqual(counts(), [0, 3]);
    publisher.sync(4);
    assert.deepEqual(counts(), [2, 1]);
    publisher.sync(6);
    assert.deepEqual(counts(), [3, 0]);
    const answer = new LateReceipt();
    answer.expect();
    answer.complete();
    publisher.publish(TAKEN, answer);
    assert.deepEqual(counts(), [4, 1]);
    answer.refused();
    assert.deepEqual(counts(), [4, 0]);
  });

  it("with a late receipt are sent alone, and others do not wait for it", () => {
    const publisher = new Publisher();
    const receipt = late();
    publisher.publish(TAKEN, receipt, TAKEN);
    publisher.publish(TAKEN);
    assert.deepEqual(publisher.takeTold(), ["ack 1", "ack 3", "ack 4"]);
    assert.equal(publisher.confirms.unconfirmedCount, 1);
    receipt.taken();
    assert.deepEqual(publisher.takeTold(), ["ack 2"]);
    publisher.publish(TAKEN, TAKEN);
    assert.deepEqual(publisher.takeTold(), ["ack to 6"]);
    assert.equal(publisher.confirms.unconfirmedCount, 0);
  });

  it("with a late receipt are not sent twice when it settles before those around it", () => {
    const publisher = new Publisher();
    const receipt = late();
    publisher.publish(5, receipt, 6);
    receipt.refused();
    assert.deepEqual(publisher.takeTold(), ["nack 2"]);
    publisher.sync(6);
    assert.deepEqual(publisher.takeTold(), ["ack 1", "ack 3"]);
    assert.equal(publisher.confirms.unconfirmedCount, 0);
  });

  it("are no longer sent once the channel is closed", () => {
    const publisher = new Publisher();
    const receipt = late();
    publisher.publish(5, receipt);
    publisher.confirms.close();
    receipt.taken();
    publisher.sync(5);
    assert.deepEqual(publisher.told, []);
  });
});
