import { SUBCOMMANDS, SWITCHES, WORDS_BEHIND } from "./completion_words.ts";
import { LISTABLE } from "./objects.ts";

const behind = (word: string): string => WORDS_BEHIND[word].join(" ");

/** Returns the script by which bash completes the program's arguments. */
export const bashCompletion = (): string =>
  `# This is a bash completion script for rabbitmqadmin.
# Redirect it to a file, then source it or copy it to /etc/bash_completion.d
# to get tab completion. rabbitmqadmin must be on your PATH for this to work.
_rabbitmqadmin()
{
    local cur prev opts base
    COMPREPLY=()
    cur="\${COMP_WORDS[COMP_CWORD]}"
    prev="\${COMP_WORDS[COMP_CWORD-1]}"

    opts="${SUBCOMMANDS.join(" ")}"
    fargs="${SWITCHES.join(" ")}"

    case "\${prev}" in
        list)
            COMPREPLY=( $(compgen -W '${behind("list")}' -- \${cur}) )
            return 0
            ;;
        show)
            COMPREPLY=( $(compgen -W '${behind("show")}' -- \${cur}) )
            return 0
            ;;
        declare)
            COMPREPLY=( $(compgen -W '${behind("declare")}' -- \${cur}) )
            return 0
            ;;
        delete)
            COMPREPLY=( $(compgen -W '${behind("delete")}' -- \${cur}) )
            return 0
            ;;
        close)
            COMPREPLY=( $(compgen -W '${behind("close")}' -- \${cur}) )
            return 0
            ;;
        purge)
            COMPREPLY=( $(compgen -W '${behind("purge")}' -- \${cur}) )
            return 0
            ;;
        export)
            COMPREPLY=( $(compgen -f \${cur}) )
            return 0
            ;;
        import)
            COMPREPLY=( $(compgen -f \${cur}) )
            return 0
            ;;
        help)
            opts="${behind("help")}"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
        -H)
            COMPREPLY=( $(compgen -A hostname \${cur}) )
            return 0
            ;;
        --host)
            COMPREPLY=( $(compgen -A hostname \${cur}) )
            return 0
            ;;
        -V)
            opts="$(rabbitmqadmin -q -f bash list vhosts)"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
        --vhost)
            opts="$(rabbitmqadmin -q -f bash list vhosts)"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
        -u)
            opts="$(rabbitmqadmin -q -f bash list users)"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
        --username)
            opts="$(rabbitmqadmin -q -f bash list users)"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
        -f)
            COMPREPLY=( $(compgen -W "${behind("--format")}"  -- \${cur}) )
            return 0
            ;;
        --format)
            COMPREPLY=( $(compgen -W "${behind("--format")}"  -- \${cur}) )
            return 0
            ;;

${Object.keys(LISTABLE).map(namesOf).join("")}        *)
        ;;
    esac

   COMPREPLY=($(compgen -W "\${opts} \${fargs}" -- \${cur}))
   return 0
}
complete -F _rabbitmqadmin rabbitmqadmin
`;

/** Completes the name of an object behind the word for its kind. */
const namesOf = (kind: string): string =>
  `        ${kind.slice(0, -1)})
            opts="$(rabbitmqadmin -q -f bash list ${kind})"
            COMPREPLY=( $(compgen -W "\${opts}"  -- \${cur}) )
            return 0
            ;;
`;
