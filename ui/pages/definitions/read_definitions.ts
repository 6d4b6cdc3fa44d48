import { type DefinitionsObject, isObject, type SectionName, SECTIONS } from "./sections.ts";

/** Definitions of a broker or of a virtual host: lists of objects. */
export interface Definitions {
  readonly lists: Readonly<Partial<Record<SectionName, readonly DefinitionsObject[]>>>;
  /** True when the objects do not name their virtual host, so that one has to be chosen. */
  readonly isOfVhost: boolean;
}

/** What is wrong with a file that holds no definitions. */
export type DefinitionsProblem =
  | { readonly problem: "json" | "empty" }
  | { readonly problem: "list"; readonly section: SectionName };

/** Reads definitions from JSON. The broker checks the objects themselves. */
export function readDefinitions(text: string): Definitions | DefinitionsProblem {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return { problem: "json" };
  }
  if (!isObject(whole)) return { problem: "json" };
  const lists: Partial<Record<SectionName, readonly DefinitionsObject[]>> = {};
  for (const { name } of SECTIONS) {
    const list = whole[name];
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every(isObject)) return { problem: "list", section: name };
    lists[name] = list;
  }
  if (Object.keys(lists).length === 0) return { problem: "empty" };
  const isOfVhost = SECTIONS.some(({ name, isOfVhost }) =>
    isOfVhost && lists[name]?.some(({ vhost }) => vhost === undefined) === true
  );
  return { lists, isOfVhost };
}
