/**
 * What runs on the target for detached work, in the shell language that every POSIX system has.
 *
 * A marker is a folder `<root>/<effect>` with: `fence` (number), `pid` (process, boot, start time), `out`, `err`, `exit`
 * (appears whole, when the work has ended). `pid` is made by a hard link, which only one process can win: that is what
 * makes a second start harmless. Process id, boot and start time together name one process for ever.
 */

const folder = `umask 077
case $1 in /*) root=$1 ;; *) root=\${HOME:-.}/$1 ;; esac
dir=$root/$2`

/** Prints what is known about the marker, one `name=value` a line. */
const report = `boot_now=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo -)
born_at() {
  if [ -r "/proc/$1/stat" ]; then
    read -r line <"/proc/$1/stat" && line=\${line##*) } && set -- $line && [ "$1" != Z ] && shift 19 && echo "$1"
  else
    ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _
  fi
}
look() {
  if [ ! -d "$dir" ]; then state=none
  elif [ -e "$dir/exit" ]; then state=ended
  elif [ ! -e "$dir/pid" ]; then state=starting
  else
    read -r pid boot born <"$dir/pid"
    if [ "$boot" = "$boot_now" ] && [ "$(born_at "$pid")" = "$born" ]; then state=running; else state=lost; fi
  fi
}
tell() {
  look
  # It may have ended between the two looks: then the exit code is there now.
  [ "$state" = lost ] && look
  echo "state=$state"
  [ -e "$dir/fence" ] && echo "fence=$(cat "$dir/fence")"
  [ -e "$dir/exit" ] && echo "exit=$(cat "$dir/exit")"
  [ -e "$dir/out" ] && echo "out=$(wc -c <"$dir/out")"
  [ -e "$dir/err" ] && echo "err=$(wc -c <"$dir/err")"
  echo "dir=$dir"
  return 0
}`

/** `$1` root, `$2` effect. */
export const statusScript: string = `${folder}
${report}
tell`

/** Keeps the work's own shell alive through a TERM, so that it can still write down how the work ended. */
const supervise = `dir=$1 cwd=$2
shift 2
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo -)
if [ -r "/proc/$$/stat" ]; then
  read -r line <"/proc/$$/stat"
  line=\${line##*) }
  born=$(set -- $line; shift 19; echo "$1")
else
  born=$(ps -o lstart= -p $$ | tr -s ' ' _)
fi
echo "$$ $boot $born" >"$dir/pid.$$"
ln "$dir/pid.$$" "$dir/pid" 2>/dev/null
won=$?
rm -f "$dir/pid.$$"
[ $won = 0 ] || exit 0
trap : TERM INT
if [ -n "$cwd" ] && ! cd "$cwd"; then code=1; else "$@"; code=$?; fi
echo "$code" >"$dir/exit.$$"
mv -f "$dir/exit.$$" "$dir/exit"`

/** `$1` root, `$2` effect, `$3` fence, `$4` bytes of standard input for the work, `-` for none, `$5` days to keep, `$6` folder, then the argument list. */
export const startScript: string = `${folder}
${report}
mkdir -p "$dir" || exit 1
have=$(cat "$dir/fence" 2>/dev/null || echo 0)
if [ "$have" -gt "$3" ]; then
  echo state=fenced
  echo "fence=$have"
  exit 0
fi
if [ "$have" != "$3" ]; then echo "$3" >"$dir/fence.$$" && mv -f "$dir/fence.$$" "$dir/fence" || exit 1; fi
if [ ! -e "$dir/pid" ]; then
  input=/dev/null
  if [ "$4" != - ]; then
    input=$dir/in.$$
    # The file may hold a secret: it does not outlive this script, and from the start of the work on it has no name.
    trap 'rm -f "$dir/in.$$"' EXIT
    trap 'exit 143' HUP INT TERM
    cat >"$input" || exit 1
    [ $(($(wc -c <"$input"))) -eq "$4" ] || { echo "its input did not arrive whole" >&2; exit 1; }
  fi
  exec 3<"$input" || exit 1
  [ "$4" = - ] || rm -f "$input"
  days=$5 cwd=$6
  shift 6
  find "$root" -mindepth 1 -maxdepth 1 -type d -mtime "+$days" 2>/dev/null | while read -r old; do
    [ -e "$old/exit" ] && rm -rf "$old"
  done
  own=setsid
  command -v setsid >/dev/null 2>&1 || own=
  $own nohup sh -c '${supervise.replaceAll("'", `'\\''`)}' rollbook-effect "$dir" "$cwd" "$@" <&3 3<&- >>"$dir/out" 2>>"$dir/err" &
  exec 3<&-
  tries=0
  while [ ! -e "$dir/pid" ] && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
  # Short work is collected with the same call.
  tries=0
  while [ ! -e "$dir/exit" ] && [ $tries -lt 6 ]; do sleep 0.05; tries=$((tries + 1)); done
fi
tell`

/** `$1` root, `$2` effect, `$3` `out` or `err`, `$4` first byte from 1, `$5` number of bytes. */
export const readScript: string = `${folder}
tail -c "+$4" "$dir/$3" | head -c "$5"`

/**
 * `$1` root, `$2` effect, `$3` seconds between TERM and KILL. Does not wait for the end.
 * Groups are named by `-s NAME --`, the one form of `kill` that dash and bash agree on.
 */
export const endScript: string = `${folder}
${report}
look
if [ "$state" = running ]; then
  kill -s TERM -- "-$pid" 2>/dev/null || kill -s TERM "$pid"
  own=setsid
  command -v setsid >/dev/null 2>&1 || own=
  $own nohup sh -c 'sleep "$1"; [ -e "$3/exit" ] || { kill -s KILL -- "-$2" || kill -s KILL "$2"; }' rollbook-end "$3" "$pid" "$dir" </dev/null >/dev/null 2>&1 &
fi
tell`
