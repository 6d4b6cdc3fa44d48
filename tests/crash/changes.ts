import { isDeepStrictEqual } from "node:util";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Broker } from "../../mod.ts";
import { byText, carryOut, COMMANDS, durableStateOf, type Step } from "../broker/topology/commands.ts";
import { seededRandom } from "../store/seeded_random.ts";

interface Change {
  readonly id: number;
  readonly command: number;
  readonly step: Step;
}

export type Request = Change | { readonly state: true };

type State = ReturnType<typeof durableStateOf>;

/** An answer of the broker. */
interface Answer {
  readonly started?: true;
  readonly done?: number;
  readonly state?: State;
}

const program = fileURLToPath(new URL("./changed_broker.ts", import.meta.url));
const run = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];

/** Values of `chance` with which everything is durable and nothing is auto-delete. */
const CHANCES = Array.from({ length: 80 }, (_, chance) => chance).filter((one) => one % 4 !== 0 && one % 5 !== 0);
/** Maximum number of changes without an answer. One is picked after each kill. */
const WINDOWS: readonly number[] = [1, 1, 4, 16];
/** Windows with which every change is answered before the next one, so that the broker is killed between any two. */
export const ONE_BY_ONE: readonly number[] = [1];

/** A broker in a process of its own. */
class ChangedBroker {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(folder: string) {
    this.#child = spawn(process.execPath, [...run, folder], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdin!.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  send(request: Request): void {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
  }

  /** Returns the next answer; `undefined` behind the last one of a killed broker. */
  async receive(): Promise<Answer | undefined> {
    const { done, value } = await this.#answers.next();
    return done ? undefined : JSON.parse(value);
  }

  async state(): Promise<State> {
    this.send({ state: true });
    const answer = await this.receive();
    if (answer?.state === undefined) throw new Error(`expected the state, received ${JSON.stringify(answer)}`);
    return answer.state;
  }

  async kill(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
  }
}

export interface ChangesOutcome {
  readonly kills: number;
  /** The state after a start that differs from the expected one. */
  readonly difference?: { readonly afterChange: number; readonly actual: object; readonly expected: object };
}

/**
 * Makes changes of users, permissions, virtual hosts, limits, parameters, policies, queues, exchanges and bindings, and
 * kills the broker `killCount` times between them, or while some of them have no answer. With as many kills as changes it
 * is killed after each answer. Every answered change must be there after the next start. A change without an answer may be
 * there; otherwise it is requested again.
 */
export async function makeChanges(
  seed: number,
  changeCount: number,
  killCount: number,
  windows = WINDOWS,
): Promise<ChangesOutcome> {
  const random = seededRandom(seed);
  const folder = await mkdtemp(`${tmpdir()}/haremq-changes-`);
  // Carries out the same changes in memory.
  const model = new Broker();
  /** Parameters that the server has set itself at its first start, and has ever after. */
  let ownParameters: State["parameters"] = [];
  const expected = () => {
    const state = durableStateOf(model.node);
    return comparable({ ...state, parameters: [...ownParameters, ...state.parameters].sort(byText) });
  };
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)];
  const makeChange = (id: number): Change => {
    const step = {
      vhost: pick(["/", "v"]),
      exchange: pick(["x", "y"]),
      other: pick(["x", "y", "z"]),
      queue: pick(["q", "r"]),
      user: pick(["u1", "u2"]),
      pattern: pick([".*", "^a", ""]),
      key: pick(["", "1", "k.*"]),
      chance: pick(CHANCES),
    };
    return { id, command: Math.floor(random() * COMMANDS.length), step };
  };

  /** Ids of changes. The broker is killed at the answer to each of them, or to a later one. */
  const killsAt = Array.from(
    { length: killCount },
    (_, index) => killCount === changeCount ? index : Math.floor(random() * changeCount),
  ).sort((a, b) => a - b);
  let killedAt = 0;

  let broker = new ChangedBroker(`${folder}/data`);
  await broker.receive();
  ownParameters = (await broker.state()).parameters;
  /** Changes without an answer, in the order in which they were sent. */
  let sent: Change[] = [];
  let next = 0;
  let window = pick(windows);
  try {
    while (next < changeCount || sent.length > 0) {
      while (sent.length < window && next < changeCount) {
        const change = makeChange(next++);
        sent.push(change);
        broker.send(change);
      }
      const answer = await broker.receive();
      const change = sent.shift();
      if (change === undefined || answer?.done !== change.id) throw new Error(`unexpected ${JSON.stringify(answer)}`);
      await carryOut(model.node, change.command, change.step);
      if (change.id < (killsAt[killedAt] ?? Infinity)) continue;
      killedAt++;

      await broker.kill();
      for (let answer = await broker.receive(); answer !== undefined; answer = await broker.receive()) {
        const change = sent.shift()!;
        await carryOut(model.node, change.command, change.step);
      }
      broker = new ChangedBroker(`${folder}/data`);
      await broker.receive();
      // Changes that are there are not requested again: behind later ones they might do something else.
      const found = comparable(await broker.state());
      let doneCount = 0;
      while (!isDeepStrictEqual(found, expected()) && doneCount < sent.length) {
        const { command, step } = sent[doneCount++];
        await carryOut(model.node, command, step);
      }
      // Of a change that is there in part nothing is known, so all are requested again.
      const isKnown = isDeepStrictEqual(found, expected());
      for (const change of isKnown ? sent.slice(doneCount) : sent) {
        broker.send(change);
        await broker.receive();
        if (isKnown) await carryOut(model.node, change.command, change.step);
      }
      sent = [];
      const actual = comparable(await broker.state());
      if (!isDeepStrictEqual(actual, expected())) {
        return { kills: killedAt, difference: { afterChange: change.id, actual, expected: expected() } };
      }
      window = pick(windows);
    }
    return { kills: killedAt };
  } finally {
    await broker.kill();
    await model.close();
    await rm(folder, { recursive: true });
  }
}

/** A state without queue ids and the default user's salted password, which differ between two brokers. */
const comparable = (state: State): object =>
  JSON.parse(JSON.stringify({ ...state, users: state.users.filter(({ user }) => user !== "guest") }, withoutIds));

const withoutIds = (key: string, value: unknown): unknown => key === "id" ? undefined : value;
