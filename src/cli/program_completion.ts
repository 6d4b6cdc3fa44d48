import { Command } from "commander";
import { bashCompletion } from "./admin/bash_completion.ts";
import {
  SUBCOMMANDS as ADMIN_SUBCOMMANDS,
  SWITCHES as ADMIN_SWITCHES,
  WORDS_BEHIND,
} from "./admin/completion_words.ts";
import { completionOf, type Shell, SHELLS } from "./ctl/completion.ts";
import { ENGLISH, type Say } from "./texts/say.ts";
import { TOOL_NAMES } from "./ctl/tools.ts";
import { addKeyFlags } from "./flags.ts";
import { SWITCHES } from "./perf/switch_table.ts";
import { TOOLS } from "./tools.ts";

/** Returns a script by which a shell completes all programs: RabbitMQ's, and `haremq` with its subcommands. */
export const completionOfAll = (shell: Shell, say: Say = ENGLISH): string =>
  `${completionOf(shell, [...TOOL_NAMES, "haremq"], SUBCOMMANDS, say)}\n${WRITERS[shell]()}`;

const WRITERS: Readonly<Record<Shell, () => string>> = { bash, zsh, fish };

/** Subcommands of `haremq` besides its own commands. */
const SUBCOMMANDS = [...TOOLS.map(({ subcommand }) => subcommand), "install-links", "completion"];
const serverFlags = (): string[] => addKeyFlags(new Command()).options.flatMap(({ long }) => long ?? []);
const perfSwitches = SWITCHES.flatMap(({ short, long }) => [`-${short}`, `--${long}`]);
const functionOf = (program: string): string => `_${program.replaceAll("-", "_")}`;

function bash(): string {
  const tools = TOOLS.map(({ subcommand, name }) =>
    `            ${subcommand}) _haremq_tool ${name} ${functionOf(name)}; return ;;`
  );
  return `${bashCompletion()}
_rabbitmq_perf_test() {
    COMPREPLY=($(compgen -W "${perfSwitches.join(" ")}" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _rabbitmq_perf_test rabbitmq-perf-test

_haremq_tool() {
    COMP_WORDS=("$1" "\${COMP_WORDS[@]:2}")
    COMP_CWORD=$((COMP_CWORD - 1))
    "$2"
}

_haremq_program() {
    local current="\${COMP_WORDS[COMP_CWORD]}"
    if ((COMP_CWORD > 1)); then
        case "\${COMP_WORDS[1]}" in
${tools.join("\n")}
            install-links) COMPREPLY=($(compgen -d -- "$current")); return ;;
            completion) COMPREPLY=($(compgen -W "${SHELLS.join(" ")}" -- "$current")); return ;;
        esac
    fi
    _haremq
    if ((COMP_CWORD == 1)); then
        COMPREPLY+=($(compgen -W "${[...SUBCOMMANDS, ...serverFlags()].join(" ")}" -- "$current"))
    fi
}
complete -F _haremq_program haremq
`;
}

function zsh(): string {
  const tools = TOOLS.map(({ subcommand, name }) =>
    `            ${subcommand}) words=(${name} "\${(@)words[3,-1]}"); (( CURRENT-- )); ${functionOf(name)}; return ;;`
  );
  const behind = Object.entries(WORDS_BEHIND).map(([word, words]) =>
    `        ${word}) compadd -- ${words.join(" ")} ;;`
  );
  return `_rabbitmqadmin() {
    case $words[CURRENT-1] in
${behind.join("\n")}
        import|export) _files ;;
        *) compadd -- ${[...ADMIN_SUBCOMMANDS, ...ADMIN_SWITCHES].join(" ")} ;;
    esac
}
compdef _rabbitmqadmin rabbitmqadmin

_rabbitmq_perf_test() {
    compadd -- '${perfSwitches.join("' '")}'
}
compdef _rabbitmq_perf_test rabbitmq-perf-test

_haremq_program() {
    if (( CURRENT > 2 )); then
        case $words[2] in
${tools.join("\n")}
            install-links) _files -/; return ;;
            completion) compadd -- ${SHELLS.join(" ")}; return ;;
        esac
    fi
    _haremq
    if (( CURRENT == 2 )); then compadd -- ${[...SUBCOMMANDS, ...serverFlags()].join(" ")}; fi
}
compdef _haremq_program haremq
`;
}

function fish(): string {
  const behindSubcommand = `__fish_seen_subcommand_from ${ADMIN_SUBCOMMANDS.join(" ")}`;
  const lines = [
    "function __haremq_behind",
    "    set -l words (commandline -opc)",
    `    complete -C (string join ' ' -- $argv[1] (string escape -- $words[3..]))" "(commandline -ct)`,
    "end",
    `complete -c haremq -n __fish_use_subcommand -a '${SUBCOMMANDS.join(" ")}'`,
    ...serverFlags().map((flag) => `complete -c haremq -n __fish_use_subcommand -l ${flag.slice(2)}`),
    `complete -c haremq -n "__fish_seen_subcommand_from completion" -a '${SHELLS.join(" ")}'`,
    `complete -c haremq -n "__fish_seen_subcommand_from install-links" -a '(__fish_complete_directories)'`,
    ...TOOLS.map(({ subcommand, name }) =>
      `complete -c haremq -n "contains -- ${subcommand} (commandline -opc)[2]" -a '(__haremq_behind ${name})'`
    ),
    "complete -c rabbitmqadmin -f",
    `complete -c rabbitmqadmin -n "not ${behindSubcommand}" -a '${ADMIN_SUBCOMMANDS.join(" ")}'`,
    ...Object.entries(WORDS_BEHIND).filter(([word]) => !word.startsWith("-")).map(([word, words]) =>
      `complete -c rabbitmqadmin -n "contains -- ${word} (commandline -opc)[-1]" -a '${words.join(" ")}'`
    ),
    `complete -c rabbitmqadmin -n "__fish_seen_subcommand_from import export" -F`,
    `complete -c rabbitmqadmin -s f -l format -x -a '${WORDS_BEHIND["--format"].join(" ")}'`,
    ...ADMIN_SWITCHES.filter((name) => name !== "--format").map((name) =>
      `complete -c rabbitmqadmin -l ${name.slice(2)}`
    ),
    ...SWITCHES.map(({ short, long }) => `complete -c rabbitmq-perf-test -o '${short}' -l ${long}`),
  ];
  return `${lines.join("\n")}\n`;
}
