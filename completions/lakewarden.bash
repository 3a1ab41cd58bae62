# bash completion for lakewarden. Commands, options and choices are read from --help, so they are those of the installed
# version; file names stand in wherever a value or a source may be one.

# Sets REPLY_PATH to the commands that the words so far name, and REPLY_HELP to the help text of the last of them.
_lakewarden_where() {
    local i commands
    REPLY_PATH=()
    REPLY_HELP=$("${COMP_WORDS[0]}" --help 2>/dev/null)
    for ((i = 1; i < COMP_CWORD; i++)); do
        commands=" $(_lakewarden_commands | tr '\n' ' ')"
        if [[ ${COMP_WORDS[i]} != -* && $commands == *" ${COMP_WORDS[i]} "* ]]; then
            REPLY_PATH+=("${COMP_WORDS[i]}")
            REPLY_HELP=$("${COMP_WORDS[0]}" "${REPLY_PATH[@]}" --help 2>/dev/null)
        else
            return
        fi
    done
}

_lakewarden_commands() {
    awk '/^commands:/ { on = 1; next } !NF { on = 0 } on && /^  [a-z]/ { print $1 }' <<<"$REPLY_HELP"
}

_lakewarden_options() {
    awk '/^  --/ { print $1 } END { print "--help" }' <<<"$REPLY_HELP"
}

# How the help text calls the value of an option; empty for a switch.
_lakewarden_value_of() {
    awk -v name="$1" '$1 == name && /^  --/ { rest = $0; sub(/^  --[^ ]+ ?/, "", rest)
        if (rest !~ /^ /) { sub(/  .*/, "", rest); print rest } exit }' <<<"$REPLY_HELP"
}

_lakewarden() {
    local current=${COMP_WORDS[COMP_CWORD]} option="" value
    local REPLY_HELP
    local -a REPLY_PATH
    COMPREPLY=()
    _lakewarden_where
    # "--name=value" arrives as three words: bash breaks at '='.
    if [[ $current == "=" ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]}
        current=""
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == "=" ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    else
        option=${COMP_WORDS[COMP_CWORD - 1]}
    fi
    value=""
    [[ $option == --* ]] && value=$(_lakewarden_value_of "$option")
    # Choices are in lower case; "FILE|DIR" is a kind of value.
    if [[ $value == *"|"* && ! $value =~ [A-Z] ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${value//|/ }" -- "$current")
    elif [[ -n $value ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_lakewarden_options)" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -W "$(_lakewarden_commands)" -- "$current")
        if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            compopt -o filenames 2>/dev/null
        fi
    fi
    return 0
}

complete -F _lakewarden lakewarden
