import type { Client } from "./client.ts";
import { closeProcess, endProcess, endProcessAtWrite } from "./lives.ts";
import type { Fault } from "./place.ts";
import type { World } from "./world.ts";

/** Faults of every place of the store. */
const FAULTS: { readonly [name: string]: Fault } = {
  "the broker is killed": [2, (world) => endProcess(world, "killed")],
  "the power fails": [3, (world) => endProcess(world, "out of power")],
  "the broker is killed in the middle of a write": [1, (world) => endProcessAtWrite(world, "killed")],
  "the power fails in the middle of a write": [2, (world) => endProcessAtWrite(world, "out of power")],
  "the broker is closed": [1, (world) => closeProcess(world)],
  "a connection breaks": [6, (world) => someClient(world)?.link.reset()],
  "a client is gone without a word": [4, (world) => someClient(world)?.vanish()],
  "the clock jumps": [3, (world) => {
    // A client that logs in slowly is disconnected.
    for (const { link, isOpen } of world.clients) if (!isOpen) link.isDisturbed = true;
    world.time.jump(world.chance.scale(100, 100_000));
  }],
};

/** Names of the faults of every place of the store. */
export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS);

/** Causes one fault after the other, until the world is to be healed. */
export async function goWrong(world: World): Promise<void> {
  const weighted = Object.entries({ ...FAULTS, ...world.place.faults }).map(([name, [weight, fault]]) =>
    [weight, { name, fault }] as const
  );
  while (!world.isStopping) {
    await world.sleep(10, 2000);
    if (world.isStopping) return;
    const { name, fault } = world.chance.weighted(weighted);
    world.note(name);
    world.faultCount++;
    world.census.did(name);
    await fault(world);
  }
}

/** Ends all faults. */
export function heal(world: World): void {
  world.isHealed = true;
  world.place.heal();
  for (const client of world.clients) if (!client.isReading) client.resume();
}

function someClient({ chance, clients, census }: World): Client | undefined {
  const connected = [...clients].filter(({ isEnded }) => !isEnded);
  if (connected.length === 0) census.missed("disturb a client");
  else census.did("disturb a client");
  return connected.length === 0 ? undefined : chance.pick(connected);
}
