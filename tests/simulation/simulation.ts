import process from "node:process";
import type { Census } from "./census.ts";
import { checkEmpty, checkNothingIsLeft, checkRest, drain, makeRoom } from "./checks.ts";
import { FarPlace } from "./far_place.ts";
import { goWrong, heal } from "./faults.ts";
import { endProcess, startFirst } from "./lives.ts";
import { arrange, consume, ownQueue, publish } from "./workload.ts";
import { World } from "./world.ts";

/** Maximum time until everything has recovered from all faults, and dead connections are noticed. In milliseconds. */
const REST_MS = 120_000;

export interface SimulationResult {
  readonly seed: number;
  /** The violation; `undefined` when there was none. */
  readonly failure: Error | undefined;
  /** Hash of all events: the same for the same seed. */
  readonly hash: number;
  readonly events: number;
  /** Number of messages published, confirmed and delivered. */
  readonly operations: number;
  readonly faults: number;
  /** Number of changes of the leading copy, when the store is far away, and of replaced brokers that noticed it. */
  readonly failovers: number;
  readonly fenced: number;
  readonly simulatedMs: number;
  readonly census: Census;
}

/** Simulates a broker with all faults of a seed. */
export async function simulate(seed: number, trace?: (line: string) => void): Promise<SimulationResult> {
  const world = new World({ seed, trace });
  const onUnhandled = (error: unknown) => world.fail(new Error(`unhandled: ${(error as Error)?.stack ?? error}`));
  process.on("unhandledRejection", onUnhandled);
  process.on("uncaughtException", onUnhandled);
  let failure: Error | undefined;
  try {
    const failed = world.failed.then((error) => {
      throw error;
    });
    await world.time.runUntil(Promise.race([live(world), failed]));
  } catch (error) {
    failure = error as Error;
  } finally {
    process.off("unhandledRejection", onUnhandled);
    process.off("uncaughtException", onUnhandled);
  }
  const { model, time, hash, faultCount: faults, fencedCount: fenced, place, census } = world;
  const operations = model.messages.length + model.confirmCount + model.deliveryCount;
  const failovers = place instanceof FarPlace ? place.storage.failovers : 0;
  const simulatedMs = time.now();
  return { seed, failure, hash, events: time.eventCount, operations, faults, failovers, fenced, simulatedMs, census };
}

async function live(world: World): Promise<void> {
  const { chance } = world;
  await startFirst(world);
  const arrangers = chance.int(1, 2);
  for (let i = 0; i < arrangers; i++) world.start(() => arrange(world, `a${i}`));
  const publishers = chance.int(1, 5);
  for (let i = 0; i < publishers; i++) world.start(() => publish(world));
  const consumers = chance.int(0, 5);
  for (let i = 0; i < consumers; i++) world.start(() => consume(world));
  if (chance.happens(0.3)) world.start(() => ownQueue(world, "own"));

  const isCalm = chance.happens(0.1);
  const wrong = isCalm ? world.sleep(0) : goWrong(world);
  await world.sleep(300, 15_000);
  world.note("all that is wrong comes to an end");
  world.isStopping = true;
  await wrong;
  heal(world);
  await world.sleep(REST_MS);
  if (await makeRoom(world)) await world.sleep(REST_MS);
  checkRest(world);

  await drain(world);
  await world.sleep(5000);
  await checkNothingIsLeft(world);
  await endProcess(world, chance.happens(0.5) ? "killed" : "out of power");
  await checkEmpty(world);
}
