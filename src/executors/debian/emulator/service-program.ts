/**
 * The program behind every emulated product service: a real process that listens on the host's own loopback address and
 * says what it is. Perl, because every Debian has it; plain HTTP, although the product speaks TLS. All of it is the
 * emulator's own: the vendor publishes neither names nor ports for such checks.
 *
 * `/version` and `/health` answer for the service itself. `/app/NAME` of an HTML5 gateway needs a mediation controller,
 * `/direct/NAME` of an edge gateway needs one too, and both answer 503 when none can be reached. `/role` of a controller
 * says master or slave, and a POST to `/sync` of a master takes the version of every slave.
 */
export const serviceProgram = `#!/usr/bin/perl
# Emulated service: not a program of any vendor.
use strict; use warnings; use IO::Socket::INET;
my ($component) = @ARGV;
$0 = "emulated-$component";
my %own = %ENV;
sub slurp { my ($path) = @_; open my $file, '<', $path or return ''; local $/; my $text = <$file>; chomp $text; $text }
exit 1 if -e '/run/emulator/service-dies';
my $version = slurp("/opt/emulated-cleanroom/$component/version");
my $server = IO::Socket::INET->new(LocalAddr => $own{ADDRESS}, LocalPort => $own{PORT}, Listen => 64, ReuseAddr => 1)
  or die "emulated-$component: cannot listen on $own{ADDRESS}:$own{PORT}: $!\\n";
sub reached { my ($address) = @_;
  my $peer = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $own{PORT}, Timeout => 2); close $peer if $peer; $peer ? 1 : 0 }
sub controller { for (split / /, $own{CONTROLLERS} // '') { return $_ if reached($_) } return '' }
$SIG{PIPE} = 'IGNORE'; $SIG{CHLD} = 'IGNORE';
while (1) {
  my $client = $server->accept or next;
  my $child = fork;
  if ($child) { close $client; next }
  alarm 10;
  my $request = <$client> // '';
  while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
  my ($method, $path) = $request =~ m{^(\\w+) (\\S+)};
  my ($status, $text) = ('404 Not Found', 'nothing here');
  $path //= '';
  if (-e '/run/emulator/service-sick') { ($status, $text) = ('503 Service Unavailable', 'the service is not well') }
  elsif ($path eq '/version') { ($status, $text) = ('200 OK', $version) }
  elsif ($path eq '/health') { ($status, $text) = ('200 OK', 'ok') }
  elsif ($path eq '/role' && $component eq 'mediation-controller') { ($status, $text) = ('200 OK', $own{MEMBER} // '') }
  elsif ($path =~ m{^/(?:app|direct|saml)/[\\w.-]+$}) {
    my $found = $component eq 'mediation-controller' ? $own{ADDRESS} : controller();
    ($status, $text) = $found ? ('200 OK', "served through $found") : ('503 Service Unavailable', 'no mediation controller answers');
  }
  print $client "HTTP/1.1 $status\\r\\nContent-Type: text/plain\\r\\nContent-Length: " . (length($text) + 1) . "\\r\\nConnection: close\\r\\n\\r\\n$text\\n";
  close $client;
  exit 0;
}
`

/** An init script as Debian wants it, on \`start-stop-daemon\`. */
export function initScript(component: string): string {
  return `#!/bin/sh
### BEGIN INIT INFO
# Provides:          emulated-${component}
# Required-Start:    $network
# Required-Stop:     $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: emulated service, not a program of any vendor
### END INIT INFO
set -a
[ -r /etc/default/emulated-cleanroom ] && . /etc/default/emulated-cleanroom
set +a
pidfile=/run/emulated-${component}.pid
program=/opt/emulated-cleanroom/${component}/serve
alive() { [ -r "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }
start() {
  alive && return 0
  start-stop-daemon --start --quiet --background --make-pidfile --pidfile "$pidfile" --startas "$program" -- ${component} || return 1
  tries=0
  while [ $tries -lt 100 ]; do
    alive || { sleep 0.02; alive || break; }
    grep -q "emulated-${component}" "/proc/$(cat "$pidfile")/cmdline" 2>/dev/null && return 0
    sleep 0.02
    tries=$((tries + 1))
  done
  echo "emulated-${component} did not start" >&2
  return 1
}
stop() { start-stop-daemon --stop --quiet --oknodo --retry 5 --pidfile "$pidfile" --remove-pidfile; }
case $1 in
  start) start ;;
  stop) stop ;;
  restart | force-reload) stop; start ;;
  status) if alive; then echo "emulated-${component} is running"; else echo "emulated-${component} is not running"; exit 3; fi ;;
  *) echo "Usage: $0 {start|stop|restart|force-reload|status}" >&2; exit 2 ;;
esac
`
}
