/** What runs on the target for a backup, in POSIX shell with GNU tar. */

/**
 * Reads `path P` and `dump NAME COUNT WORD…` from the arguments, checks that the paths are there and that they fit:
 * exit code 66 when something is missing, 28 when the disk is too small, 77 when the folder cannot be written.
 */
const look = `paths= need=64
check() {
  while [ $# -gt 0 ]; do
    case $1 in
      path)
        [ -e "$2" ] && [ -r "$2" ] || { echo "cannot read $2" >&2; exit 66; }
        need=$((need + $(du -skx -- "$2" 2>/dev/null | cut -f 1)))
        # tar takes a line that begins with a dash for an option.
        case $2 in /-*) paths=$paths. ;; esac
        case $2 in /-*) paths=$paths$2 ;; *) paths=$paths\${2#/} ;; esac
        paths=$paths'
'
        shift 2 ;;
      dump) shift $((3 + $3)) ;;
      *) exit 64 ;;
    esac
  done
}
room() {
  at=$folder
  while [ ! -d "$at" ]; do at=$(dirname "$at"); done
  [ -w "$at" ] || { echo "$at cannot be written" >&2; exit 77; }
  free=$(df -Pk "$at" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
  [ "$free" -ge "$need" ] || { echo "$free KiB free at $at, $need may be needed" >&2; exit 28; }
}`

/** `$1` folder, `$2` name, then the parts. Prints `need=KIB`. */
export const lookScript: string = `folder=$1
shift 2
${look}
check "$@"
room
echo "need=$need"`

/**
 * `$1` folder, `$2` name, `$3` effect, `$4` 1 when files may change, then the parts. Prints
 * `archive=SHA256 BYTES ENTRIES FILE`. Further exit codes: 70 a dump failed, 71 files changed, 74 the archive is not whole.
 */
export const backupScript: string = `folder=$1 name=$2 effect=$3 changes=$4
shift 4
umask 077
${look}
check "$@"
room
mkdir -p "$folder" || exit 77
file=$folder/$name.tar.gz
work=$(mktemp -d "$folder/.$name.XXXXXX") || exit 28
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM
mkdir "$work/rollbook-backup"
cd "$work/rollbook-backup" || exit 73
dpkg-query -W -f '\${binary:Package}\\t\${Version}\\t\${db:Status-Abbrev}\\n' >packages.tsv || exit 74
dpkg --get-selections >selections
apt-mark showhold >holds 2>/dev/null
apt-mark showmanual >manual 2>/dev/null
cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources >sources 2>/dev/null
while [ $# -gt 0 ]; do
  case $1 in
    path) shift 2 ;;
    dump)
      dump=$2 count=$3 line= at=1
      shift 3
      # The words stay where they are: only their places are put into the line.
      while [ "$at" -le "$count" ]; do
        line="$line \\"\\\${$at}\\""
        at=$((at + 1))
      done
      echo "dump $dump"
      eval "$line" >"$dump" </dev/null || { echo "the dump $dump failed with exit code $?" >&2; exit 70; }
      shift "$count"
      [ -s "$dump" ] || { echo "the dump $dump is empty" >&2; exit 70; } ;;
  esac
done
printf '%s' "$paths" >"$work/list"
tar -czf "$work/part" -C "$work" rollbook-backup -C / --one-file-system -T "$work/list"
code=$?
if [ "$code" = 1 ] && [ "$changes" = 1 ]; then code=0; fi
[ "$code" = 1 ] && exit 71
[ "$code" = 0 ] || exit 74
entries=$(tar -tzf "$work/part" | wc -l) || exit 74
[ "$entries" -gt 0 ] || exit 74
sum=$(sha256sum <"$work/part" | cut -d ' ' -f 1)
sync "$work/part" 2>/dev/null
printf '%s %s\\n' "$sum" "$effect" >"$work/sum"
mv -f "$work/sum" "$file.sha256" && mv -f "$work/part" "$file" || exit 74
echo "archive=$sum $(wc -c <"$file") $entries $file"`
