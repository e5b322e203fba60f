import { expect, test } from 'vitest'
import { rollbookCalls, shellBlocks } from './readme-blocks.ts'

const page = [
  'Text',
  '```sh run emulator',
  'npx rollbook plan a.yaml -i b.yaml | head',
  'cd x && rollbook runs > list',
  'rollbook pause last --reason "Disk alarm, looking"',
  '```',
  '```yaml',
  'rollbook: runbook/v1',
  '```',
  '```sh',
  'echo rollbooks # rollbook in a comment',
  '```',
].join('\n')

test('blocks of shell commands are found with their line and marks', () => {
  expect(shellBlocks(page)).toEqual([
    {
      line: 3,
      marks: ['run', 'emulator'],
      text: 'npx rollbook plan a.yaml -i b.yaml | head\ncd x && rollbook runs > list\nrollbook pause last --reason "Disk alarm, looking"\n',
    },
    { line: 11, marks: [], text: 'echo rollbooks # rollbook in a comment\n' },
  ])
})

test('a call goes on in the next line behind a backslash', () => {
  const [block] = shellBlocks('```sh\nnpx rollbook book a.yaml \\\n  -o b.html\n```\n')
  expect(block === undefined ? [] : rollbookCalls(block)).toEqual([['book', 'a.yaml', '-o', 'b.html']])
})

test('calls are cut at pipes, redirections and comments', () => {
  const [first, second] = shellBlocks(page)
  expect(first === undefined ? [] : rollbookCalls(first)).toEqual([
    ['plan', 'a.yaml', '-i', 'b.yaml'],
    ['runs'],
    ['pause', 'last', '--reason', 'Disk alarm, looking'],
  ])
  expect(second === undefined ? undefined : rollbookCalls(second)).toEqual([])
})
