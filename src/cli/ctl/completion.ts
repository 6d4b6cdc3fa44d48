import type { Say } from "../texts/say.ts";
import type { Command, ToolName } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { FORMATTER_NAMES } from "./formatters/formatters.ts";
import { GLOBAL_SWITCHES } from "./parser.ts";

/** Shells that completion can be made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = typeof SHELLS[number];

/**
 * Returns a script by which a shell completes the commands, switches and columns of programs. Subcommands of `haremq`
 * that are programs of their own have no commands of `haremq` behind them.
 *
 * @param say language of the descriptions, which zsh shows.
 */
export const completionOf = (
  shell: Shell,
  tools: readonly ToolName[],
  subcommands: readonly string[],
  say: Say,
): string => WRITERS[shell](tools, subcommands, say);

type Writer = (tools: readonly ToolName[], subcommands: readonly string[], say: Say) => string;

const WRITERS: Readonly<Record<Shell, Writer>> = {
  bash,
  zsh,
  fish,
};

const commandsOf = (tool: ToolName): Command[] =>
  COMMANDS.filter(({ tools }) => tools.includes(tool)).sort((one, other) => one.name < other.name ? -1 : 1);

const written = (name: string): string => `--${name.replaceAll("_", "-")}`;
const globalSwitches = Object.keys(GLOBAL_SWITCHES).map(written);
const formatters = FORMATTER_NAMES;
const wordsOf = ({ switches = {}, columns = [] }: Command): string[] => [
  ...Object.keys(switches).map(written),
  ...columns,
];

function bash(tools: readonly ToolName[]): string {
  const functions = tools.map((tool) => {
    const commands = commandsOf(tool);
    const cases = commands.filter((command) => wordsOf(command).length > 0)
      .map((command) => `        ${command.name}) words="${wordsOf(command).join(" ")}" ;;`);
    const name = `_${tool.replaceAll("-", "_")}`;
    return `${name}() {
    local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case " ${commands.map(({ name }) => name).join(" ")} " in *" $word "*) command="$word"; break ;; esac
    done
    case "$command" in
        "") words="${commands.map(({ name }) => name).join(" ")}" ;;
${cases.join("\n")}
    esac
    case "$previous" in --formatter) words="${formatters.join(" ")}" ;; *) words="$words ${
      globalSwitches.join(" ")
    }" ;; esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F ${name} ${tool}`;
  });
  return `${functions.join("\n\n")}\n`;
}

const quoted = (text: string): string => text.replaceAll("'", "'\\''");

function zsh(tools: readonly ToolName[], _subcommands: readonly string[], say: Say): string {
  const functions = tools.map((tool) => {
    const commands = commandsOf(tool);
    const described = commands.map(({ name, description }) =>
      `        '${name}:${quoted(say(description)).replaceAll(":", "\\:")}'`
    );
    const cases = commands.filter((command) => wordsOf(command).length > 0)
      .map((command) => `        ${command.name}) compadd -- ${wordsOf(command).join(" ")} ;;`);
    const name = `_${tool.replaceAll("-", "_")}`;
    return `${name}() {
    local -a commands=(
${described.join("\n")}
    )
    local command="" word
    for word in "\${(@)words[2,CURRENT-1]}"; do
        if (( \${commands[(I)$word:*]} )); then command=$word; break; fi
    done
    if [[ $words[CURRENT-1] == --formatter ]]; then compadd -- ${formatters.join(" ")}; return; fi
    compadd -- ${globalSwitches.join(" ")}
    case $command in
        "") _describe command commands ;;
${cases.join("\n")}
    esac
}
compdef ${name} ${tool}`;
  });
  return `#compdef ${tools.join(" ")}\n\n${functions.join("\n\n")}\n`;
}

function fish(tools: readonly ToolName[], subcommands: readonly string[]): string {
  const lines = tools.flatMap((tool) => {
    const commands = commandsOf(tool);
    const names = commands.map(({ name }) => name).join(" ");
    const others = tool === "haremq" ? ` ${subcommands.join(" ")}` : "";
    return [
      `complete -c ${tool} -f`,
      `complete -c ${tool} -n "not __fish_seen_subcommand_from ${names}${others}" -a '${names}'`,
      ...commands.flatMap(({ name, switches = {}, columns = [] }) => {
        const when = `complete -c ${tool} -n "__fish_seen_subcommand_from ${name}"`;
        return [
          ...Object.keys(switches).map((key) => `${when} -l ${key.replaceAll("_", "-")}`),
          ...columns.length === 0 ? [] : [`${when} -a '${columns.join(" ")}'`],
        ];
      }),
      `complete -c ${tool} -l formatter -x -a '${formatters.join(" ")}'`,
      ...Object.keys(GLOBAL_SWITCHES).filter((name) => name !== "formatter")
        .map((name) => `complete -c ${tool} -l ${name.replaceAll("_", "-")}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}
