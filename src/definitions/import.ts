import { Draft, type DraftOptions } from "./draft.ts";
import { HEADER_KEYS } from "./header.ts";
import { readJson } from "./json/json_reader.ts";
import { isObject, type JsonObject, type JsonValue, kindOf } from "./json/json_value.ts";
import { Notices } from "./notices.ts";
import { ObjectReader } from "./object_reader.ts";
import { DefinitionProblem, DefinitionsError, keyStep } from "./problem.ts";
import type { Change, DefinitionsSection } from "./section.ts";
import { SECTIONS } from "./sections.ts";

/** Number of problems after which an import stops checking. */
const PROBLEMS_MAX = 100;

/** The result of an import. */
export interface ImportedDefinitions {
  /** Number of objects in each section, whether or not they existed. */
  readonly counts: Readonly<Record<string, number>>;
  /** A sentence for everything that was left out or done otherwise than the definitions say. */
  readonly notices: readonly string[];
}

/** A change, and the object that causes it. */
interface PlannedChange {
  readonly path: string;
  readonly change: Change;
}

export type ImportOptions = Omit<DraftOptions, "version">;

/**
 * Imports definitions in steps, each of which belongs to one turn. Everything is checked before anything is changed.
 * Throws {@linkcode DefinitionsError} with all problems.
 *
 * Changes by others during the import can make it fail half-way, for example when they delete a virtual host. Importing
 * again continues.
 */
export function* importInSteps(text: string, options: ImportOptions): Generator<void, ImportedDefinitions> {
  const notices = new Notices();
  const problems: DefinitionProblem[] = [];
  const whole = yield* read(text);
  const draft = new Draft({ ...options, version: versionOf(whole) });
  checkKeys(whole, options.vhost !== undefined, notices);
  const counts: Record<string, number> = {};
  const changes: PlannedChange[] = [];
  for (const section of SECTIONS) {
    if (!Object.hasOwn(whole, section.name) || options.vhost !== undefined && !section.isOfVhost) continue;
    const objects = whole[section.name];
    if (!Array.isArray(objects)) {
      problems.push(
        new DefinitionProblem(keyStep(section.name), `a list is expected here: received ${kindOf(objects)}`),
      );
      continue;
    }
    counts[section.name] = objects.length;
    yield* checkSection(section, objects, draft, notices, changes, problems);
    if (problems.length >= PROBLEMS_MAX) break;
  }
  if (problems.length > 0) throw new DefinitionsError(problems);
  for (const { path, change } of changes) yield apply(path, change);
  return { counts, notices: notices.list() };
}

function* read(text: string): Generator<void, JsonObject> {
  try {
    return yield* readJson(text);
  } catch (error) {
    throw error instanceof DefinitionProblem ? new DefinitionsError([error]) : error;
  }
}

function versionOf({ rabbitmq_version: version, rabbit_version: older }: JsonObject): string | undefined {
  return [version, older].find((one) => typeof one === "string") as string | undefined;
}

function checkKeys(whole: JsonObject, isSingle: boolean, notices: Notices): void {
  for (const key of Object.keys(whole)) {
    const section = SECTIONS.find(({ name }) => name === key);
    const path = keyStep(key).replace(/^\./, "");
    if (section === undefined && !HEADER_KEYS.has(key)) notices.add(path, "this key is unknown and ignored");
    if (section !== undefined && isSingle && !section.isOfVhost) {
      notices.add(path, "this section is not imported into a single virtual host");
    }
  }
}

function* checkSection(
  section: DefinitionsSection,
  objects: JsonValue[],
  draft: Draft,
  notices: Notices,
  changes: PlannedChange[],
  problems: DefinitionProblem[],
): Generator<void> {
  for (const [at, value] of objects.entries()) {
    const path = `${section.name}[${at}]`;
    // No longer used: the memory is for the changes.
    objects[at] = null;
    try {
      if (!isObject(value)) throw new DefinitionProblem("", `an object is expected here: received ${kindOf(value)}`);
      const object = new ObjectReader(value, path, notices);
      const change = section.check(object, draft);
      if (change !== undefined) changes.push({ path, change });
      for (const key of object.keys) {
        if (!section.keys.has(key)) object.notice(key, `'${key}' is not a key of ${section.name} and ignored`);
      }
    } catch (error) {
      if (!(error instanceof DefinitionProblem)) throw error;
      problems.push(error.within(path));
      if (problems.length >= PROBLEMS_MAX) return;
    }
    yield;
  }
  try {
    section.checkAll?.(draft);
  } catch (error) {
    if (!(error instanceof DefinitionProblem)) throw error;
    problems.push(error.within(section.name));
  }
}

/** Makes a checked change. It still fails when others have changed what it depends on. */
function apply(path: string, change: Change): void {
  try {
    change();
  } catch (error) {
    const reason = `${(error as Error).message} (everything before it is imported)`;
    throw new DefinitionsError([new DefinitionProblem(path, reason)]);
  }
}
