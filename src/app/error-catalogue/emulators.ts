import { type ErrorEntry, terminal } from './entry.ts'

/** Emulated systems to practise on, and the demo that uses one. */
export const emulatorErrors: Readonly<Record<string, ErrorEntry>> = {
  EMULATOR_UNKNOWN: {
    title: 'There is no emulator of that system',
    meaning: '`rollbook emulate` takes the name of a system that can be emulated.',
    why: 'The name is misspelt, or nobody has written an emulator of that system.',
    cure: 'Take a name from the hint.',
    example: terminal(
      '$ rollbook emulate vax\nrollbook: there is no emulator of "vax" [EMULATOR_UNKNOWN]\n  …stackato…',
    ),
  },
  DEMO_UNKNOWN: {
    title: 'There is no demo of that system',
    meaning: '`rollbook demo` takes the name of a system whose upgrade it can show.',
    why: 'The name is misspelt, or nobody has written a demo of that system.',
    cure: 'Take a name from the hint, or leave it out.',
    example: terminal('$ rollbook demo vax\nrollbook: there is no demo of "vax" [DEMO_UNKNOWN]\n  …stackato…'),
  },
  EMULATOR_NODES: {
    title: 'Number of nodes out of range',
    meaning: 'The emulator makes clusters of a certain size only.',
    why: 'With fewer nodes a cluster lacks roles that the vendor demands; with more, one machine is not enough.',
    cure: 'Give a number in the range of the hint.',
    example: terminal(
      '$ rollbook emulate stackato --nodes 2\nrollbook: a cluster of 2 nodes cannot be emulated [EMULATOR_NODES]\n  Give 3 to 200.',
    ),
  },
  EMULATOR_SPEED: {
    title: 'Not a speed',
    meaning: 'The speed says how many emulated seconds pass in a real one.',
    why: 'It is zero, negative or no number.',
    cure: 'Give a number above 0.',
    example: terminal(
      '$ rollbook emulate stackato --speed 0\nrollbook: 0 is no speed [EMULATOR_SPEED]\n  Give a number above 0, such as 60.',
    ),
  },
  EMULATOR_SITES: {
    title: 'Number of sites out of range',
    meaning: 'The emulator makes fleets of a certain size only.',
    why: 'The number is below one, above what one machine can carry, or no whole number.',
    cure: 'Give a number in the range of the hint.',
    example: terminal(
      '$ rollbook emulate cato --sites 0\nrollbook: 0 sites cannot be emulated [EMULATOR_SITES]\n  Give 1 to 20000.',
    ),
  },
  EMULATOR_GATEWAYS: {
    title: 'Number of gateways out of range',
    meaning: 'The emulator makes networks of a certain size only.',
    why: 'The number is below one, above what one machine can carry, or no whole number.',
    cure: 'Give a number in the range of the hint.',
    example: terminal(
      '$ rollbook emulate aviatrix --gateways 0\nrollbook: 0 gateways cannot be emulated [EMULATOR_GATEWAYS]\n  Give 1 to 5000.',
    ),
  },
  EMULATOR_ZONE: {
    title: 'No emulated sites in that time zone',
    meaning: 'The emulated fleet has sites in a fixed list of time zones.',
    why: 'The name is misspelt, or is not in that list.',
    cure: 'Take a zone from the hint.',
    example: terminal(
      '$ rollbook emulate cato --zones Mars/Base\nrollbook: the emulator has no sites in the time zone "Mars/Base" [EMULATOR_ZONE]\n  It has …',
    ),
  },
  EMULATOR_NEEDS: {
    title: 'The emulator cannot run on this machine',
    meaning:
      'The emulated hosts of Cleanroom are real Debian hosts in root folders of their own, which takes more than the other emulators.',
    why: 'A package is missing, you are not root, or a container may not make mount namespaces.',
    cure: 'Install the packages that the message names, run it as root (`sudo`), and give a container the capability SYS_ADMIN.',
    example: terminal(
      '$ rollbook emulate cleanroom\nrollbook: real Debian hosts cannot be made here: packages are missing: apt-get install gpg [EMULATOR_NEEDS]\n  The other emulators need none of this.',
    ),
  },
  EMULATOR_HOSTS: {
    title: 'Number of hosts out of range',
    meaning: 'The emulator makes platforms of a certain size only.',
    why: 'The number is below what the product needs, above what one machine can carry, or no whole number.',
    cure: 'Give a number in the range of the hint.',
    example: terminal(
      '$ rollbook emulate cleanroom --workstations 9999\nrollbook: 9999 workstations cannot be emulated [EMULATOR_HOSTS]\n  Give 0 to 5000.',
    ),
  },
  EMULATOR_VERSION: {
    title: 'Version that the emulator cannot have',
    meaning:
      'A version is not made of numbers and dots, the newest release is older than what is installed, or what ran before is not older.',
    why: 'It is misspelt, or `--previous`, `--installed` and `--release` were exchanged.',
    cure: 'Give versions such as 18.4.1: `--previous` the oldest, `--release` the newest.',
    example: terminal(
      '$ rollbook emulate cato --release newest\nrollbook: "newest" is no version of a Socket [EMULATOR_VERSION]\n  Write 18.4.1.',
    ),
  },
  FAULT_UNKNOWN: {
    title: 'Unknown fault',
    meaning: '`--fault` takes the name of something that the emulator can let go wrong.',
    why: 'The name is misspelt, or the fault belongs to another system.',
    cure: '`--faults` lists the faults of a system.',
    example: terminal(
      '$ rollbook emulate stackato --fault gremlins\nrollbook: there is no fault "gremlins" [FAULT_UNKNOWN]\n  Known faults: …',
    ),
  },
  FAULT_INCOMPLETE: {
    title: 'Fault without its parameters',
    meaning: 'Some faults need to know where, or how often; the parts stand behind colons.',
    why: 'A part is missing, or is no number where one is needed.',
    cure: 'Write it as the hint shows; parts in brackets may be left out.',
    example: terminal(
      '$ rollbook emulate stackato --fault network-during-download:2:often\nrollbook: the fault "network-during-download:2:often" needs a number of times [FAULT_INCOMPLETE]\n  Write network-during-download…',
    ),
  },
  FAULT_NODE_UNKNOWN: {
    title: 'Fault on a node that does not exist',
    meaning: 'The fault names a node that the emulated cluster does not have.',
    why: 'It is misspelt, or the cluster is smaller than thought.',
    cure: 'Take a node from the hint.',
    example: terminal(
      '$ rollbook emulate stackato --nodes 3 --fault disk-low:nobody\nrollbook: the fault "disk-low:nobody" names no node of the cluster [FAULT_NODE_UNKNOWN]\n  Nodes: …',
    ),
  },
  FAULT_TARGET_UNKNOWN: {
    title: 'Fault on something that the fleet does not have',
    meaning: 'The fault names a site or a Socket that the emulated fleet does not have.',
    why: 'It is misspelt, or the fleet is smaller than thought.',
    cure: 'Take a name from the file of targets that the emulator wrote.',
    example: terminal(
      '$ rollbook emulate cato --fault unreachable:nobody\nrollbook: the fault "…:nobody" names no … of the fleet [FAULT_TARGET_UNKNOWN]\n  There are … and so on; see targets.csv.',
    ),
  },
}
