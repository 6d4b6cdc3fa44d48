import { type Phrase, phrase } from "../../../phrase/phrase.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { type CommandError, failure } from "../command_error.ts";
import { readLiteral } from "../encrypted/erlang_literal.ts";
import { type Result, value } from "../result.ts";
import { Atom, atom, type Term, Tuple } from "../term.ts";
import { CTL } from "../tools.ts";

/** `application:get_env` and `set_env` for the application `rabbit`, as far as they are written without variables. */
const EXPRESSION = /^\s*application\s*:\s*(get|set)_env\s*\(\s*rabbit\s*,\s*([a-z]\w*)\s*(?:,(.*))?\)\s*\.\s*$/s;
/** `{ok, V} = application:get_env(rabbit, Key), V.`, which returns the value alone. */
const MATCH = /^\s*\{\s*ok\s*,\s*([A-Z_]\w*)\s*\}\s*=(.*),\s*\1\s*\.\s*$/s;

/** Erlang that reads and sets RabbitMQ's variables, for the keys that have their names in the configuration. */
export const EVAL_COMMANDS: readonly Command[] = [
  {
    name: "eval",
    tools: CTL,
    section: "operations",
    description: "Evaluates a snippet of Erlang code on the target node",
    usage: "eval <expression>",
    help: [["<expression>", "Expression to evaluate"]],
    guides: ["cli", "monitoring", "troubleshooting"],
    formatter: "erlang",
    takes: [0, Infinity],
    isOffline: true,
    run: evaluate,
  },
];

async function evaluate({ api, args }: Call): Promise<Result> {
  const expression = args.join(" ");
  const matched = MATCH.exec(expression);
  const [, verb, name, text] = EXPRESSION.exec(matched === null ? expression : `${matched[2]}.`) ?? [];
  if (verb === undefined || (verb === "get") !== (text === undefined)) throw refusal();
  const path = `/api/node/settings/${name}`;
  if (verb === "get") {
    const { value: found } = await api.get(path) as { readonly value: string | readonly string[] };
    const term = typeof found === "string" ? termOf(found) : found;
    return value(matched === null ? new Tuple(atom("ok"), term) : term);
  }
  if (matched !== null) throw refusal();
  await api.put(path, { value: valueOf(text, name) });
  return value(atom("ok"));
}

const refusal = (): CommandError =>
  failure(
    phrase`HareMQ has no Erlang inside: of eval it knows 'application:get_env(rabbit, Key).' and 'application:set_env(rabbit, Key, Value).' alone.`,
  );

/** Returns a value of Erlang as a configuration file has it, or a list of names. */
function valueOf(text: string, name: string): string | readonly string[] {
  let term: Term;
  try {
    term = /^\s*\d+\.\d+\s*$/.test(text) ? Number(text) : readLiteral(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal();
    throw error;
  }
  if (typeof term === "number" || typeof term === "string") return String(term);
  if (term instanceof Atom) return term.name;
  if (isNames(term)) return term;
  throw failure(noValue(name));
}

const isNames = (term: Term): term is readonly string[] =>
  Array.isArray(term) && term.every((item) => typeof item === "string");

const noValue = (name: string): Phrase =>
  phrase`HareMQ sets ${name} by eval to a number, an atom, a binary or a list of binaries alone: see the keys of its configuration.`;

/** Returns the value of a key as Erlang has it: a number, an atom, or else the binary of its text. */
function termOf(text: string): Term {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  return ["true", "false", "infinity"].includes(text) ? atom(text) : text;
}
