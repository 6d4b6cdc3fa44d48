import type { BrokerProcess } from "./broker_process.ts";
import { checkTopology } from "./checks.ts";
import type { FarPlace } from "./far_place.ts";
import type { End } from "./place.ts";
import type { World } from "./world.ts";

/** Time within which a replaced broker must stop. In milliseconds. */
const REPLACED_MS = 5000;

/** Tells the clients of a process about its end. */
function bury(world: World, process: BrokerProcess | undefined, how: End): void {
  world.process = undefined;
  // Clients learn of it later.
  for (const { channels } of world.clients) for (const channel of channels.values()) channel.mayHaveLostDeliveries();
  process?.die(() => how === "killed" ? world.chance.scale(0.1, 10) : world.chance.scale(10, 3000));
  world.model.processEnded(false);
  world.place.end(how);
}

export async function endProcess(world: World, how: End): Promise<void> {
  bury(world, world.process, how);
  await startAgain(world);
}

export async function endProcessAtWrite(world: World, how: End): Promise<void> {
  world.place.dieAfter(world.chance.int(1, 20));
  const patience = world.sleep(2000);
  await Promise.race([world.place.died, patience]);
  await endProcess(world, how);
}

/** Closes the broker like an operator, who kills it when that takes too long. */
export async function closeProcess(world: World): Promise<void> {
  const process = world.process!;
  world.process = undefined;
  for (const { channels } of world.clients) for (const channel of channels.values()) channel.mayHaveLostDeliveries();
  const closed = process.close().then(() => true);
  const patience = world.sleep(60_000).then(() => false);
  if (!await Promise.race([closed, patience])) return endProcess(world, "killed");
  world.note("the broker has closed");
  world.model.processEnded(true);
  world.place.end(world.chance.happens(0.5) ? "killed" : "out of power");
  await startAgain(world);
}

/** Starts the broker, repeatedly if necessary, and lets clients connect when its state is correct. */
async function startAgain(world: World): Promise<void> {
  const { chance } = world;
  for (;;) {
    await world.sleep(1, 1000);
    if (chance.happens(0.15)) world.place.dieAfter(chance.int(1, 40));
    const { place } = world;
    const started = world.startProcess().then((process) => process, (error) => {
      if (error.name === "Violation") throw error;
      world.note(`the broker does not start: ${error.message}`);
      return undefined;
    });
    const died = place.died.then(() => undefined);
    const process = await Promise.race([started, died]);
    if (process === undefined) {
      // It may have started meanwhile.
      started.then((late) => late?.die(() => 0));
      world.faultCount++;
      world.census.missed("start again");
      bury(world, undefined, chance.pick(["killed", "out of power"]));
      continue;
    }
    place.dieAfter(Infinity);
    world.note("the broker has started");
    world.census.did("start again");
    if (chance.happens(0.5)) await checkTopology(world, process);
    world.process = process;
    return;
  }
}

/** Starts the broker for the first time. */
export async function startFirst(world: World): Promise<void> {
  world.model.run = 1;
  world.process = await world.startProcess();
}

/** Lets another broker take over; the old one continues until it is refused, or somebody ends it. */
export async function takeOver(world: World, place: FarPlace): Promise<void> {
  const replaced = world.process!;
  world.process = undefined;
  // It may read what its successor has removed.
  world.mayFailToRead = true;
  const cut = place.replace();
  const process = await world.startProcess();
  world.note("another broker has taken over");
  for (let ms = 0; ms < REPLACED_MS && !replaced.store.isFenced; ms += 50) await world.sleep(50);
  if (replaced.store.isFenced) {
    world.fencedCount++;
    await world.sleep(1, 100);
  }
  for (const { channels } of world.clients) for (const channel of channels.values()) channel.mayHaveLostDeliveries();
  replaced.die(() => world.chance.scale(0.1, 10));
  cut();
  world.model.processEnded(false);
  if (world.chance.happens(0.5)) await checkTopology(world, process);
  world.process = process;
}
