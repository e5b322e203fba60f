/**
 * Properties draw the same cases in every ordinary run, so that a change is judged by what it changed and not by luck. New cases are
 * sought by `npm run test:long`, which draws anew each time and prints the seed of what it finds.
 */
import fc from 'fast-check'

if (process.env['ROLLBOOK_LONG'] === undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_121 })
