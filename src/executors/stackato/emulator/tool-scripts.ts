/**
 * Texts of the small programs on an emulated host. They are shell scripts without dependencies: bash opens a loopback
 * connection to the emulator, hands over the call, and copies lines back. A call costs a few milliseconds.
 */

/** Quotes a word for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * Sourced by every program with `tool` set. Protocol, towards the emulator: fields as a line `name length` and the
 * value, ended by `.`; back: one letter and a blank before each line. `O` output, `N` output without a line end, `E`
 * error output, `Q` a question (answered by `A text`, or `Z` when nothing can be read), `X` exit code.
 */
export function callScript(port: number, token: string, node: string): string {
  return `# Talks to the emulator. Sourced, with "tool" set to the name of the program.
LC_ALL=C
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 255
field() { printf '%s %d\\n%s\\n' "$1" "\${#2}" "$2" >&3; }
field token ${shellQuote(token)}
field node ${shellQuote(node)}
field tool "$tool"
field cwd "$PWD"
field user "\${EMULATED_USER:-stackato}"
for name in ROLLBOOK_EFFECT ROLLBOOK_FENCE http_proxy https_proxy STACKATO_UPGRADE_SKIP_PROXY_CACHE; do
  if [ -n "\${!name}" ]; then field "env.$name" "\${!name}"; fi
done
for word in "$@"; do field arg "$word"; done
printf '.\\n' >&3
while IFS= read -r line <&3; do
  case "$line" in
    O*) printf '%s\\n' "\${line:2}" ;;
    N*) printf '%s' "\${line:2}" ;;
    E*) printf '%s\\n' "\${line:2}" >&2 ;;
    Q*) printf '%s' "\${line:2}" >&2
        if IFS= read -r answer; then printf 'A %s\\n' "$answer" >&3; else printf 'Z\\n' >&3; fi ;;
    X*) exit "\${line:2}" ;;
  esac
done
printf '%s: the connection was lost\\n' "$tool" >&2
exit 255
`
}

export function toolScript(callFile: string, tool: string): string {
  return `#!/usr/bin/env bash\ntool=${shellQuote(tool)}\n. ${shellQuote(callFile)}\n`
}

/**
 * `sudo` of an emulated host: real rules (a file in the host's own /etc/sudoers.d, mode 0440, with NOPASSWD, or the
 * password), and then the command as "root" in the same folder.
 */
export function sudoScript(root: string, password: string): string {
  const rules = shellQuote(`${root}/etc/sudoers.d`)
  return `#!/usr/bin/env bash
# Reads the options of sudo that automation uses; ROOT of this host is ${root}
ask=prompt; user=root; login=no; only_check=no; list=no; prompt='[sudo] password for stackato: '
while [ $# -gt 0 ]; do
  case "$1" in
    -n|--non-interactive) ask=never; shift ;;
    -S|--stdin) [ "$ask" = never ] || ask=stdin; shift ;;
    -nS|-Sn) ask=never; shift ;;
    -k|-K|-E|-H|-b) shift ;;
    -v|--validate) only_check=yes; shift ;;
    -l|--list) list=yes; shift ;;
    -i|--login) login=yes; shift ;;
    -p|--prompt) prompt="$2"; shift 2 ;;
    --prompt=*) prompt="\${1#*=}"; shift ;;
    -u|--user) user="$2"; shift 2 ;;
    -u?*) user="\${1#-u}"; shift ;;
    --) shift; break ;;
    -*) printf 'sudo: unknown option %s\\n' "$1" >&2; exit 1 ;;
    *) break ;;
  esac
done
allowed=no
if [ "\${EMULATED_USER:-stackato}" = root ]; then allowed=yes; fi
for rule in ${rules}/*; do
  case "\${rule##*/}" in *.*|*'~') continue ;; esac
  if [ -n "$(find "$rule" -prune -type f -perm 0440 2>/dev/null)" ] &&
     grep -Eq '^[[:space:]]*(stackato|%sudo|ALL)[[:space:]].*NOPASSWD:' "$rule"; then allowed=yes; fi
done
if [ "$allowed" = no ]; then
  if [ "$ask" = never ]; then printf 'sudo: a password is required\\n' >&2; exit 1; fi
  if [ "$ask" = prompt ]; then
    printf 'sudo: no tty present and no askpass program specified\\n' >&2; exit 1
  fi
  printf '%s' "$prompt" >&2
  IFS= read -r given || { printf '\\nsudo: no password was provided\\n' >&2; exit 1; }
  if [ "$given" != ${shellQuote(password)} ]; then printf '\\nSorry, try again.\\nsudo: 1 incorrect password attempt\\n' >&2; exit 1; fi
fi
[ "$only_check" = yes ] && exit 0
if [ "$list" = yes ]; then printf 'User stackato may run the following commands on this host:\\n    (ALL : ALL) ALL\\n'; exit 0; fi
export EMULATED_USER="$user" SUDO_USER=stackato
if [ $# -eq 0 ]; then set -- sh; fi
if [ "$user" = stackato ] && [ "$login" = yes ]; then cd "$HOME" || exit 1; exec bash -lc '"$@"' bash "$@"; fi
exec "$@"
`
}

/** `ssh` of an emulated host: reaches the other nodes of the cluster by their addresses, with the keys that it has. */
export function innerSshScript(callFile: string): string {
  return `#!/usr/bin/env bash
batch=no
while [ $# -gt 0 ]; do
  case "$1" in
    -o) case "$2" in BatchMode=yes) batch=yes ;; esac; shift 2 ;;
    -oBatchMode=yes) batch=yes; shift ;;
    -p|-i|-l|-F) shift 2 ;;
    -n|-q|-T|-t|-x|-A|-a) shift ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
host="\${1##*@}"; shift
there=$(tool=ssh; set -- "$host" "$batch"; . ${shellQuote(callFile)}) || exit 255
export HOME="$there/home/stackato"
export PATH="$HOME/bin:$there/usr/bin:/usr/local/bin:/usr/bin:/bin"
cd "$HOME" || exit 255
exec sh -c "$*"
`
}

export const visudoScript = `#!/usr/bin/env bash
# Checks the syntax of a rules file, as far as such files are used here: visudo -c -f FILE
file=''
for word in "$@"; do case "$word" in -*) ;; *) file="$word" ;; esac; done
if grep -Evq '^[[:space:]]*(#.*)?$|^[[:space:]]*[%A-Za-z_][A-Za-z0-9_-]*[[:space:]]+ALL[[:space:]]*=|^Defaults' "$file"; then
  printf '>>> %s: syntax error near line 1 <<<\\n' "$file" >&2; exit 1
fi
printf '%s: parsed OK\\n' "$file"
`
