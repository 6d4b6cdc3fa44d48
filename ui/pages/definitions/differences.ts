import type { Definitions } from "./read_definitions.ts";
import { type DefinitionsObject, isObject, type Section, type SectionName, SECTIONS } from "./sections.ts";

/** Members whose values are not shown. */
const SECRETS: ReadonlySet<string> = new Set(["password", "password_hash"]);

/** A member of an object that is another one in the file. */
export interface MemberDifference {
  readonly name: string;
  /** The present value as JSON; `undefined` for none, and for what is secret. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** What happens to a secret, whose values are not shown; `undefined` for other members. */
  readonly secret: "changed" | "removed" | undefined;
}

/** What an import does with an object: adds it, changes it, or leaves it as it is although the file says otherwise. */
export type Outcome = "added" | "changed" | "kept";

export interface ObjectDifference {
  /** Values that name the object, by member. */
  readonly identity: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  readonly members: readonly MemberDifference[];
}

/** The difference between a list in a file and the present one. */
export interface SectionDifference {
  readonly section: SectionName;
  readonly objects: readonly ObjectDifference[];
  /** Number of objects in the file that are the same here. */
  readonly sameCount: number;
  /** Number of objects here that the file lacks. An import leaves them. */
  readonly onlyHereCount: number;
}

/**
 * Returns what an import of definitions would do.
 *
 * @param isSingle true for an import into a single virtual host.
 */
export const differencesOf = (file: Definitions, present: Definitions, isSingle: boolean): SectionDifference[] =>
  SECTIONS.filter(({ name, isOfVhost }) => file.lists[name] !== undefined && (isOfVhost || !isSingle)).map((section) =>
    differenceOf(section, file.lists[section.name] ?? [], present.lists[section.name] ?? [], isSingle)
  );

/** Returns the numbers of objects with each outcome. */
export function countOutcomes(differences: readonly SectionDifference[]): Readonly<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = { added: 0, changed: 0, kept: 0 };
  for (const { objects } of differences) {
    for (const { outcome } of objects) counts[outcome]++;
  }
  return counts;
}

/** Returns what an object is called, and the other values that name it. */
export function titleOf(identity: ObjectDifference["identity"]): {
  readonly title: string;
  readonly others: readonly (readonly [member: string, value: string])[];
} {
  const { name, user, source, destination, ...more } = identity;
  const title = source === undefined ? name ?? user ?? "" : `${source} → ${destination}`;
  return { title, others: Object.entries(more).filter(([, value]) => value !== "" && value !== "{}") };
}

function differenceOf(
  section: Section,
  file: readonly DefinitionsObject[],
  present: readonly DefinitionsObject[],
  isSingle: boolean,
): SectionDifference {
  const { name, isOwn = () => false, read = (object) => object } = section;
  // The objects of a single virtual host go into the one that is chosen, whichever they name.
  const identity = section.identity.filter((member) => !isSingle || member !== "vhost");
  const keyOf = (object: DefinitionsObject) => identity.map((member) => canonical(object[member])).join();
  const here = new Map(present.map((object) => {
    const members = read(object);
    return [keyOf(members), members];
  }));
  const seen = new Set<string>();
  const objects: ObjectDifference[] = [];
  let sameCount = 0;
  for (const object of file) {
    if (isOwn(object)) continue;
    const after = read(object);
    const key = keyOf(after);
    const before = here.get(key);
    seen.add(key);
    const members = before === undefined ? [] : membersThatDiffer(before, after, [...section.identity, "vhost"]);
    if (before !== undefined && members.length === 0) sameCount++;
    else {
      objects.push({
        identity: Object.fromEntries(identity.map((member) => [member, textOf(after[member])])),
        outcome: before === undefined ? "added" : section.keepsExisting ? "kept" : "changed",
        members,
      });
    }
  }
  const onlyHereCount = [...here.keys()].filter((key) => !seen.has(key)).length;
  return { section: name, objects, sameCount, onlyHereCount };
}

/** Returns the members of an object in a file that are others at present. What the file does not mention stays. */
function membersThatDiffer(
  before: DefinitionsObject,
  after: DefinitionsObject,
  identity: readonly string[],
): MemberDifference[] {
  const members: MemberDifference[] = [];
  for (const [name, value] of Object.entries(after)) {
    if (identity.includes(name)) continue;
    // The limits of a user that a file lacks stay.
    const wanted = name === "limits" && isObject(value) && isObject(before.limits)
      ? { ...before.limits, ...value }
      : value;
    if (canonical(before[name]) === canonical(wanted)) continue;
    const secret = SECRETS.has(name) ? wanted === "" ? "removed" : "changed" : undefined;
    const show = (shown: unknown) => secret !== undefined || shown === undefined ? undefined : JSON.stringify(shown);
    members.push({ name, before: show(before[name]), after: show(wanted), secret });
  }
  return members;
}

const textOf = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value) ?? "";

/** Writes a value as JSON in which members have an order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join()}}`;
}
