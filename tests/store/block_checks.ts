import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import type { KeptMessage } from "./store_model.ts";

/**
 * Checks what a store tells of a queue without reading it: its blocks, their times and bytes, and what follows from these.
 * `live` are the messages that it has, in order, readable or not.
 */
export function checkBlocks(store: Store, queueId: number, live: ReadonlyMap<number, KeptMessage>): void {
  const blocks = store.blocks(queueId);
  const positions = [...live.keys()];
  let previous = -1;
  let total = 0;
  for (const { first, last, firstTime, lastTime, count, liveCount, bodyBytes } of blocks) {
    const what = `the block of queue ${queueId} from ${first} to ${last}`;
    assert.ok(first > previous && last >= first, `${what} comes after that up to ${previous}`);
    previous = last;
    const inside = positions.filter((position) => position >= first && position <= last);
    assert.equal(liveCount, inside.length, `${what} does not have as many messages as it says`);
    assert.ok(liveCount > 0 && liveCount <= count, `${what} has ${liveCount} of ${count} messages`);
    const liveBytes = inside.reduce((sum, position) => sum + live.get(position)!.bodyBytes, 0);
    assert.ok(liveCount === count ? liveBytes === bodyBytes : liveBytes <= bodyBytes, `${what} has ${bodyBytes} bytes`);
    assert.equal(live.get(first)?.time ?? firstTime, firstTime, `${what} has another time at its beginning`);
    // Times rise. A later one may be that of a message that is settled.
    const times = inside.map((position) => live.get(position)!.time);
    const isLatest = liveCount === count || (live.get(last)?.time ?? 0) !== 0;
    const latest = Math.max(...times);
    assert.ok(isLatest ? lastTime === latest : lastTime >= latest, `${what} has another time at its end`);
    total += bodyBytes * liveCount / count;
  }
  assert.ok(previous < store.readableUpTo(queueId));
  assert.equal(store.bodyBytesFrom(queueId, 0), Math.round(total));
  for (const { first } of blocks.slice(0, 3)) {
    assert.ok(store.bodyBytesFrom(queueId, first + 1) <= store.bodyBytesFrom(queueId, first));
  }
  assert.equal(store.bodyBytesFrom(queueId, previous + 1), 0);
  assert.equal(store.firstPosition(queueId), positions[0]);

  const times = blocks.map(({ lastTime }) => lastTime);
  if (times.some((time, index) => index > 0 && time < times[index - 1])) return;
  for (const time of [0, ...times.slice(0, 5), ...times.slice(-5)].flatMap((time) => [time - 1, time, time + 1])) {
    assert.equal(store.positionAt(queueId, time), blocks.find(({ lastTime }) => lastTime >= time)?.first);
  }
}
