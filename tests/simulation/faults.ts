import type { FaultyFiles } from "../store/faulty_files.ts";
import type { BrokerProcess } from "./broker_process.ts";
import type { Client } from "./client.ts";
import type { World } from "./world.ts";
import { checkTopology } from "./checks.ts";

type Fault = (world: World) => Promise<void> | void;

/** Faults with their relative frequency. */
const FAULTS: { readonly [name: string]: readonly [weight: number, fault: Fault] } = {
  "the broker is killed": [2, (world) => endProcess(world, "killed")],
  "the power fails": [3, (world) => endProcess(world, "out of power")],
  "the broker is killed in the middle of a write": [1, (world) => endProcessAtWrite(world, "killed")],
  "the power fails in the middle of a write": [2, (world) => endProcessAtWrite(world, "out of power")],
  "the broker is closed": [1, (world) => closeProcess(world)],
  "the disk stalls": [6, async (world) => {
    const stallMs = world.chance.scale(10, 5000);
    world.diskStallsUntilMs = world.time.now() + stallMs;
    await world.sleep(stallMs);
  }],
  "the disk fails": [4, async (world) => {
    world.diskFailureProbability = world.chance.pick([0.02, 0.2, 1]);
    await world.sleep(5, 3000);
    world.diskFailureProbability = 0;
  }],
  "the disk is full": [4, async (world) => {
    const room = world.chance.pick([0, 10_000, 200_000]);
    world.files.capacityBytes = await usedBytes(world.files) + room;
    await world.sleep(50, 5000);
    world.files.capacityBytes = Infinity;
  }],
  "a connection breaks": [6, (world) => someClient(world)?.link.reset()],
  "a client is gone without a word": [4, (world) => someClient(world)?.vanish()],
  "the clock jumps": [3, (world) => {
    // A client that logs in slowly is disconnected.
    for (const { link, isOpen } of world.clients) if (!isOpen) link.isDisturbed = true;
    world.time.jump(world.chance.scale(100, 100_000));
  }],
};

/** Causes one fault after the other, until the world is to be healed. */
export async function goWrong(world: World): Promise<void> {
  const weighted = Object.entries(FAULTS).map(([name, [weight, fault]]) => [weight, { name, fault }] as const);
  while (!world.isStopping) {
    await world.sleep(10, 2000);
    if (world.isStopping) return;
    const { name, fault } = world.chance.weighted(weighted);
    world.note(name);
    world.faultCount++;
    await fault(world);
  }
}

/** Ends all faults. */
export function heal(world: World): void {
  world.isHealed = true;
  world.diskStallsUntilMs = 0;
  world.diskFailureProbability = 0;
  world.files.capacityBytes = Infinity;
  for (const client of world.clients) if (!client.isReading) client.resume();
}

function someClient({ chance, clients }: World): Client | undefined {
  const connected = [...clients].filter(({ isEnded }) => !isEnded);
  return connected.length === 0 ? undefined : chance.pick(connected);
}

async function usedBytes(files: FaultyFiles): Promise<number> {
  const capacity = files.capacityBytes;
  files.capacityBytes = 2 ** 40;
  const free = await files.freeBytes().catch(() => 0);
  files.capacityBytes = capacity;
  return 2 ** 40 - free;
}

// The end of a process, and the start of the next

type End = "killed" | "out of power";

/** Tells the clients of a process about its end. */
function bury(world: World, process: BrokerProcess | undefined, how: End): void {
  world.process = undefined;
  // Clients learn of it later.
  for (const { channels } of world.clients) for (const channel of channels.values()) channel.mayHaveLostDeliveries();
  process?.die(() => how === "killed" ? world.chance.scale(0.1, 10) : world.chance.scale(10, 3000));
  world.model.processEnded(false);
  const { capacityBytes } = world.files;
  world.useFiles(how === "killed" ? world.files.kill() : world.files.crash());
  world.files.capacityBytes = capacityBytes;
}

export async function endProcess(world: World, how: End): Promise<void> {
  bury(world, world.process, how);
  await startAgain(world);
}

async function endProcessAtWrite(world: World, how: End): Promise<void> {
  world.files.dieAfter(world.chance.int(1, 20));
  const patience = world.sleep(2000);
  await Promise.race([world.files.died, patience]);
  await endProcess(world, how);
}

/** Closes the broker like an operator, who kills it when that takes too long. */
async function closeProcess(world: World): Promise<void> {
  const process = world.process!;
  world.process = undefined;
  for (const { channels } of world.clients) for (const channel of channels.values()) channel.mayHaveLostDeliveries();
  const closed = process.close().then(() => true);
  const patience = world.sleep(60_000).then(() => false);
  if (!await Promise.race([closed, patience])) return endProcess(world, "killed");
  world.note("the broker has closed");
  world.model.processEnded(true);
  world.useFiles(world.chance.happens(0.5) ? world.files.kill() : world.files.crash());
  await startAgain(world);
}

/** Starts the broker, repeatedly if necessary, and lets clients connect when its state is correct. */
async function startAgain(world: World): Promise<void> {
  const { chance } = world;
  for (;;) {
    await world.sleep(1, 1000);
    if (chance.happens(0.15)) world.files.dieAfter(chance.int(1, 40));
    const { files } = world;
    const started = world.startProcess().then((process) => process, (error) => {
      if (error.name === "Violation") throw error;
      world.note(`the broker does not start: ${error.message}`);
      return undefined;
    });
    const died = files.died.then(() => undefined);
    const process = await Promise.race([started, died]);
    if (process === undefined) {
      // It may have started meanwhile.
      started.then((late) => late?.die(() => 0));
      world.faultCount++;
      bury(world, undefined, chance.pick(["killed", "out of power"]));
      continue;
    }
    files.dieAfter(Infinity);
    world.note("the broker has started");
    if (chance.happens(0.5)) await checkTopology(world, process);
    world.process = process;
    return;
  }
}

/** Starts the broker for the first time. */
export async function startFirst(world: World): Promise<void> {
  world.useFiles(world.files);
  world.model.run = 1;
  world.process = await world.startProcess();
}
