import type { PermissionPatterns } from "../permission_patterns.ts";
import type { Directory, DirectoryEntry } from "./directory.ts";
import { fill, fillName, type Variables } from "./distinguished_name.ts";
import type { Query } from "./query.ts";

/** Maximum number of groups that are searched for a user's indirect membership. */
const GROUPS_MAX = 1000;

/** The value of a query; `undefined` when it has none, for example because an entry does not exist. */
type Value = boolean | string | readonly string[] | undefined;

/** The context in which queries are evaluated. */
export interface Evaluation {
  readonly directory: Directory;
  readonly username: string;
  readonly userDn: string;
  /** Variables of patterns and of `for`. */
  readonly variables: Variables;
  /** Base at which `in_group_nested` searches for groups. */
  readonly groupBase: string | undefined;
  readonly patterns: PermissionPatterns;
  /** Notes what a part of a query has resulted in. */
  readonly note: (line: () => string) => void;
}

/** Evaluates a query to a permission. One without a value does not permit. */
export const permits = async (query: Query, evaluation: Evaluation): Promise<boolean> =>
  await evaluate(query, evaluation) === true;

async function evaluate(query: Query, evaluation: Evaluation): Promise<Value> {
  const value = await valueOf(query, evaluation);
  const noteOf = NOTES[query.kind];
  if (noteOf !== undefined) {
    const nameOf = (pattern: string) => fillName(pattern, evaluation.username, evaluation.variables);
    evaluation.note(() => `${noteOf(query as never, nameOf)}${describe(value)}`);
  }
  return value;
}

type NoteOf<Kind extends Query["kind"]> = (
  query: Extract<Query, { readonly kind: Kind }>,
  nameOf: (pattern: string) => string,
) => string;

/** RabbitMQ's words for the result of a query, before the result. */
const NOTES: { readonly [Kind in Query["kind"]]?: NoteOf<Kind> } = {
  constant: () => "evaluated constant: ",
  exists: ({ dn }, nameOf) => `evaluated exists for "${nameOf(dn)}": `,
  in_group: ({ dn }, nameOf) => `evaluated in_group for "${nameOf(dn)}": `,
  in_group_nested: ({ dn }, nameOf) => `evaluated in_group_nested for "${nameOf(dn)}": `,
  not: () => "negated result to ",
  and: () => "'and' result: ",
  or: () => "'or' result: ",
  attribute: ({ dn, name }, nameOf) => `evaluated attribute "${name}" for "${nameOf(dn)}": `,
};

const describe = (value: Value): string => Array.isArray(value) ? value.join("; ") : String(value);

async function valueOf(query: Query, evaluation: Evaluation): Promise<Value> {
  const { note, directory, variables, userDn } = evaluation;
  const nameOf = (pattern: string): string => fillName(pattern, evaluation.username, variables);
  switch (query.kind) {
    case "constant":
      return query.value;
    case "for": {
      const choice = query.choices.find(({ variable, value }) =>
        variables[variable] === undefined || variables[variable] === value
      );
      // An unknown variable has no value, whatever follows.
      if (choice === undefined || variables[choice.variable] === undefined) return undefined;
      note(() => `selecting subquery ${choice.variable} = ${choice.value}`);
      return await evaluate(choice.query, evaluation);
    }
    case "exists":
      return areThere(await directory.search({ base: nameOf(query.dn), scope: "base", attributes: ["objectClass"] }));
    case "in_group": {
      const equal = { attribute: query.attribute, value: userDn };
      const search = { base: nameOf(query.dn), scope: "base", equal, attributes: ["objectClass"] } as const;
      return areThere(await directory.search(search));
    }
    case "in_group_nested":
      return await isInGroup(query.attribute, query.scope, nameOf(query.dn), evaluation);
    case "not": {
      const value = await evaluate(query.query, evaluation);
      return typeof value === "boolean" ? !value : undefined;
    }
    case "and":
      for (const each of query.queries) if (await evaluate(each, evaluation) !== true) return false;
      return true;
    case "or":
      for (const each of query.queries) if (await evaluate(each, evaluation) === true) return true;
      return false;
    case "equals":
    case "match": {
      const [first, second] = [await evaluate(query.first, evaluation), await evaluate(query.second, evaluation)];
      const isEqual = query.kind === "equals";
      const result = isEqual ? areEqual(first, second) : isMatch(first, second, evaluation.patterns);
      const between = isEqual ? '",' : '" against RE';
      note(() => `evaluated ${query.kind} "${describe(first)}${between} "${describe(second)}": ${result}`);
      return result;
    }
    case "string":
      return fill(query.pattern, variables);
    case "attribute": {
      const base = nameOf(query.dn);
      return attributeOf(query.name, await directory.search({ base, scope: "sub", attributes: [query.name] }));
    }
  }
}

const areThere = (entries: readonly DirectoryEntry[] | undefined): boolean | undefined =>
  entries === undefined ? undefined : entries.length > 0;

/** Searches upwards for a group, from the user's groups to the groups that contain these. Visits each once. */
async function isInGroup(
  attribute: string,
  scope: "sub" | "one",
  groupDn: string,
  { directory, userDn, groupBase }: Evaluation,
): Promise<boolean | undefined> {
  if (groupBase === undefined) return undefined;
  const seen = new Set([userDn.toLowerCase()]);
  const waiting = [userDn];
  for (let dn = waiting.pop(); dn !== undefined; dn = waiting.pop()) {
    const equal = { attribute, value: dn };
    const groups = await directory.search({ base: groupBase, scope, equal, attributes: ["objectClass"] }) ?? [];
    for (const group of groups) {
      const name = group.dn.toLowerCase();
      if (name === groupDn.toLowerCase()) return true;
      if (!seen.has(name)) waiting.push(group.dn);
      seen.add(name);
    }
    if (seen.size > GROUPS_MAX) return undefined;
  }
  return false;
}

function attributeOf(name: string, entries: readonly DirectoryEntry[] | undefined): Value {
  for (const { attributes } of entries ?? []) {
    const key = Object.keys(attributes).find((each) => each.toLowerCase() === name.toLowerCase());
    const values = key === undefined ? [] : attributes[key];
    if (values.length > 0) return values.length === 1 ? values[0] : values;
  }
  return undefined;
}

const textsOf = (value: Value): readonly string[] =>
  typeof value === "string" ? [value] : value === undefined || typeof value === "boolean" ? [] : value;

/** Compares two values. A text equals a list that contains it; two lists must be equal as a whole. */
function areEqual(first: Value, second: Value): boolean {
  if (typeof first === "string") return textsOf(second).includes(first);
  return typeof second === "string" && textsOf(first).includes(second);
}

function isMatch(text: Value, pattern: Value, patterns: PermissionPatterns): boolean {
  const isOne = typeof text === "string" || typeof pattern === "string";
  return isOne &&
    textsOf(text).some((each) => textsOf(pattern).some((regexp) => regexp === "" || patterns.permits(regexp, each)));
}
