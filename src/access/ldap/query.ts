import { QueryError, type QueryTerm, readQueryTerm } from "./query_term.ts";

/** A query of RabbitMQ's `auth_ldap.queries.*` (RabbitMQ: LDAP, Query Types). */
export type Query =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "for"; readonly choices: readonly Choice[] }
  | { readonly kind: "exists"; readonly dn: string }
  | { readonly kind: "in_group"; readonly dn: string; readonly attribute: string }
  | { readonly kind: "in_group_nested"; readonly dn: string; readonly attribute: string; readonly scope: "sub" | "one" }
  | { readonly kind: "not"; readonly query: Query }
  | { readonly kind: "and" | "or"; readonly queries: readonly Query[] }
  | { readonly kind: "equals" | "match"; readonly first: Query; readonly second: Query }
  | { readonly kind: "string"; readonly pattern: string }
  | { readonly kind: "attribute"; readonly dn: string; readonly name: string };

/** A query that is evaluated when a variable has a given value. */
export interface Choice {
  readonly variable: string;
  readonly value: string;
  readonly query: Query;
}

/** A tag with the query that selects its users. */
export interface TagQuery {
  readonly tag: string;
  readonly query: Query;
}

type Read = (args: readonly QueryTerm[]) => Query;

const MEMBER = "member";

const SCOPES: Readonly<Record<string, "sub" | "one">> = {
  subtree: "sub",
  singlelevel: "one",
  single_level: "one",
  onelevel: "one",
  one_level: "one",
};

/** Readers of tuples, by the first element and the number of the others. */
const READERS: Readonly<Record<string, Read>> = {
  "constant/1": ([value]) => ({ kind: "constant", value: booleanOf(value) }),
  "for/1": ([choices]) => ({ kind: "for", choices: listOf(choices).map(choiceOf) }),
  "exists/1": ([dn]) => ({ kind: "exists", dn: textOf(dn) }),
  "in_group/1": ([dn]) => ({ kind: "in_group", dn: textOf(dn), attribute: MEMBER }),
  "in_group/2": ([dn, attribute]) => ({ kind: "in_group", dn: textOf(dn), attribute: textOf(attribute) }),
  "in_group_nested/1": ([dn]) => ({ kind: "in_group_nested", dn: textOf(dn), attribute: MEMBER, scope: "sub" }),
  "in_group_nested/2": ([dn, attribute]) => ({
    kind: "in_group_nested",
    dn: textOf(dn),
    attribute: textOf(attribute),
    scope: "sub",
  }),
  "in_group_nested/3": ([dn, attribute, scope]) => ({
    kind: "in_group_nested",
    dn: textOf(dn),
    attribute: textOf(attribute),
    scope: scopeOf(scope),
  }),
  "not/1": ([query]) => ({ kind: "not", query: queryOf(query) }),
  "and/1": ([queries]) => ({ kind: "and", queries: listOf(queries).map(queryOf) }),
  "or/1": ([queries]) => ({ kind: "or", queries: listOf(queries).map(queryOf) }),
  "equals/2": ([first, second]) => ({ kind: "equals", first: queryOf(first), second: queryOf(second) }),
  "match/2": ([first, second]) => ({ kind: "match", first: queryOf(first), second: queryOf(second) }),
  "string/1": ([pattern]) => ({ kind: "string", pattern: textOf(pattern) }),
  "attribute/2": ([dn, name]) => ({ kind: "attribute", dn: textOf(dn), name: textOf(name) }),
};

/** Reads a query, written as an Erlang term. Throws {@linkcode QueryError}. */
export const readQuery = (source: string): Query => queryOf(readQueryTerm(source));

/** Reads a list of tags, each with a query. Throws {@linkcode QueryError}. */
export const readTagQueries = (source: string): TagQuery[] =>
  listOf(readQueryTerm(source)).map((term) => {
    const [tag, query, ...others] = tupleOf(term);
    if (query === undefined || others.length > 0) throw new QueryError("invalid query: {tag, query} is expected");
    return { tag: textOf(tag), query: queryOf(query) };
  });

function queryOf(term: QueryTerm): Query {
  if (typeof term === "string") return { kind: "string", pattern: term };
  const [name, ...args] = tupleOf(term);
  const key = `${textOf(name)}/${args.length}`;
  if (!Object.hasOwn(READERS, key)) throw new QueryError(`invalid query: there is none of the form ${key}`);
  return READERS[key](args);
}

function choiceOf(term: QueryTerm): Choice {
  const [variable, value, query, ...others] = tupleOf(term);
  if (query === undefined || others.length > 0) {
    throw new QueryError("invalid query: {variable, value, query} is expected in for");
  }
  return { variable: textOf(variable), value: textOf(value), query: queryOf(query) };
}

function tupleOf(term: QueryTerm): readonly QueryTerm[] {
  if (typeof term === "object" && "tuple" in term && term.tuple.length > 0) return term.tuple;
  throw new QueryError("invalid query: a tuple is expected");
}

function listOf(term: QueryTerm): readonly QueryTerm[] {
  if (Array.isArray(term)) return term;
  throw new QueryError("invalid query: a list is expected");
}

/** Returns the text of a text or an atom. */
function textOf(term: QueryTerm): string {
  if (typeof term === "string") return term;
  if ("atom" in term) return term.atom;
  throw new QueryError("invalid query: a text is expected");
}

function booleanOf(term: QueryTerm): boolean {
  const text = textOf(term);
  if (text === "true" || text === "false") return text === "true";
  throw new QueryError(`invalid query: true or false is expected, not '${text}'`);
}

function scopeOf(term: QueryTerm): "sub" | "one" {
  const text = textOf(term);
  if (Object.hasOwn(SCOPES, text)) return SCOPES[text];
  throw new QueryError(`invalid query: there is no scope '${text}'`);
}
