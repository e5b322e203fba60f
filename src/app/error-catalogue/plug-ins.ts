import { type ErrorEntry, terminal } from './entry.ts'

/** The configuration, and the executors that it names. */
export const plugInErrors: Readonly<Record<string, ErrorEntry>> = {
  CONFIG_FOREIGN: {
    title: 'The configuration belongs to somebody else',
    meaning:
      'The nearest `rollbook.config.yaml` lies above the current folder and belongs to another user. It names code that Rollbook would run in your name.',
    why: 'You work below a folder that others may write to, such as that for temporary files.',
    cure: 'Work in a folder of your own, or put a configuration of your own there; `rollbook: config/v1` is enough.',
    example: terminal(
      '$ rollbook validate\nrollbook: "../rollbook.config.yaml" belongs to somebody else, so nothing is taken from it [CONFIG_FOREIGN]\n  Work in a folder of your own, or begin its own rollbook.config.yaml with "rollbook: config/v1".',
    ),
  },
  CONFIG_KIND: {
    title: 'The configuration is another kind of file',
    meaning: 'A file called `rollbook.config.yaml` says of itself that it is something else.',
    why: 'A runbook or an inventory was saved under that name.',
    cure: 'Give it another name, or begin it with `rollbook: config/v1`.',
    example: terminal(
      '$ rollbook validate\nrollbook.config.yaml:1:1 error this is a file of the kind inventory, and a configuration is expected [CONFIG_KIND]\n  Begin it with "rollbook: config/v1", or give it another name.',
    ),
  },
  EXECUTOR_MISSING: {
    title: 'An executor is not installed',
    meaning:
      'The configuration names a folder that is not there, or a package that is installed neither beside it nor above it.',
    why: 'The name is misspelt, or the packages of the project were not installed on this machine.',
    cure: 'Correct the name, or install the package where the configuration lies.',
    example: terminal(
      '$ rollbook validate\nrollbook.config.yaml:3:5 error the package "rollbook-executor-shelf" is not installed [EXECUTOR_MISSING]\n  Run: npm install rollbook-executor-shelf',
    ),
  },
  EXECUTOR_MANIFEST: {
    title: 'An executor does not say what it is',
    meaning:
      'An executor from elsewhere ships a `rollbook-executor.json`, from which checks and editors know its actions without running its code. It is missing, or not right.',
    why: 'The package is no executor, or its author has forgotten to make the file.',
    cure: 'Name the right package. Authors make the file with `rollbook executor manifest`.',
    example: terminal(
      '$ rollbook validate\nrollbook.config.yaml:2:13 error "./shelf" has no rollbook-executor.json [EXECUTOR_MANIFEST]\n  Make it with "rollbook executor manifest ./shelf", and ship it.',
    ),
  },
  EXECUTOR_CONTRACT: {
    title: 'An executor keeps another version of the contract',
    meaning: 'Executors and Rollbook talk by a contract that has a version, and the two versions differ.',
    why: 'One of the two is older than the other.',
    cure: 'Update the one that the hint names.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml\nrollbook.config.yaml:2:13 error "./shelf" keeps version 2 of the executor contract, and this Rollbook version 1 [EXECUTOR_CONTRACT]\n  Update Rollbook, or take an older version of "./shelf".',
    ),
  },
  EXECUTOR_NAME_TAKEN: {
    title: 'Two executors have one name',
    meaning: 'The name of an executor begins the names of its actions, so no two may share it.',
    why: 'The same executor is named twice, or one from elsewhere is called like one that ships with Rollbook.',
    cure: 'Leave one of the two out.',
    example: terminal(
      '$ rollbook validate\nrollbook.config.yaml:3:5 error "./mine" brings an executor "http", and one of that name ships with Rollbook [EXECUTOR_NAME_TAKEN]\n  Leave one of the two out; their actions could not be told apart.',
    ),
  },
  EXECUTOR_EXPORT: {
    title: 'A module exports no executor',
    meaning: 'The module that the manifest names has no executor under the name that the manifest gives.',
    why: 'The name of the export was changed, or the wrong module is named.',
    cure: 'Correct `module` or `export` in `rollbook-executor.json`; the hint names an executor when the module has one.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml\nrollbook.config.yaml:2:13 error "./shelf" exports no executor "executor" from ./dist/index.js [EXECUTOR_EXPORT]\n  It exports one as "shelf"; write "export": "shelf" into its rollbook-executor.json.',
    ),
  },
  EXECUTOR_BROKEN: {
    title: 'The code of an executor fails',
    meaning: 'An executor from elsewhere cannot be loaded, or fails while a plan is made from its actions.',
    why: 'It is not built, lacks a package that it depends on, or has a mistake.',
    cure: 'Do what the hint says, or ask its author; `rollbook executor test` shows more.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml\nrollbook.config.yaml:2:13 error "./shelf" cannot be loaded: Cannot find module …dist/index.js… [EXECUTOR_BROKEN]\n  Build it, and install what it depends on beside it.',
    ),
  },
  EXECUTOR_STALE: {
    title: 'The manifest of an executor is out of date',
    meaning:
      'The `rollbook-executor.json` of an executor says something else than its code, so that what was checked is not what would run.',
    why: 'The code was changed and the file was not made anew.',
    cure: 'Make it anew with `rollbook executor manifest`.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml\nrollbook.config.yaml:2:13 error the rollbook-executor.json of "./shelf" says something else than its code about shelf.put [EXECUTOR_STALE]\n  Make it anew with "rollbook executor manifest …".',
    ),
  },
  EXECUTOR_GONE: {
    title: 'A run needs an executor that is not here',
    meaning:
      'The plan of the run calls for an action that neither ships with Rollbook nor comes from the configuration here.',
    why: 'The run is resumed in another folder, or on a machine where the executor is not installed.',
    cure: 'Resume it where its configuration is found, with the executor installed.',
    example: terminal(
      '$ rollbook resume last\nrollbook: the run calls for "shelf.put", and no executor here has it [EXECUTOR_GONE]\n  Go on in the folder in which it began, or write a rollbook.config.yaml that names the executor.',
    ),
  },
  EXECUTOR_UNTESTABLE: {
    title: 'An executor says nothing of how to exercise it',
    meaning: 'The conformance kit calls every action on something real, and needs to be told how.',
    why: 'The manifest names no `conformance` module, or that module exports no `conformance`.',
    cure: 'Write a description as the guide shows, and name its module in `rollbook-executor.json`.',
    example: terminal(
      '$ rollbook executor test ./shelf\nrollbook: "./shelf" does not say how to exercise it [EXECUTOR_UNTESTABLE]\n  Name its module under "conformance" in rollbook-executor.json; docs/guides/write-an-executor.md shows one.',
    ),
  },
  EXECUTOR_MODULE: {
    title: 'No module to make a manifest from',
    meaning: 'A manifest is made from the code of an executor, and its module was not found.',
    why: 'It is not built yet, or the `package.json` does not say where it is.',
    cure: 'Build it, or name the module with `--module`.',
    example: terminal(
      '$ rollbook executor manifest ./shelf\nrollbook: "./shelf" has no module to make a manifest from [EXECUTOR_MODULE]\n  Name it with --module ./dist/index.js, or in "exports" of its package.json.',
    ),
  },
  CONFORMANCE_SYSTEM: {
    title: 'No such system to exercise an executor on',
    meaning: '`--system` takes a name from the description of the executor: an emulator, a laboratory.',
    why: 'The name is misspelt.',
    cure: 'Take a name from the hint.',
    example: terminal(
      '$ rollbook executor test ./shelf --system lab\nrollbook: there is no system "lab" to exercise it on [CONFORMANCE_SYSTEM]\n  There is emulator.',
    ),
  },
  CONFORMANCE_WORLD: {
    title: 'What an executor is exercised on fails',
    meaning: 'The system of the description did not start, or a case could not be prepared or looked at.',
    why: 'A mistake in the description, or a laboratory that cannot be reached.',
    cure: 'Read what it says, and correct the description or the system; nothing is said about the executor.',
    example: terminal(
      '$ rollbook executor test ./shelf\nrollbook: the system "emulator" did not start: … [CONFORMANCE_WORLD]\n  This is about the description or the system, not about the executor.',
    ),
  },
}
