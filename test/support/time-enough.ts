/**
 * For deadlines in real time that must not end before something has begun: begins again with four times as long until it
 * had. On a quiet machine the first attempt does.
 *
 * @param attempt - gets the length to try, milliseconds; gives whether the point was reached in that time
 */
export async function timeEnough(shortestMs: number, attempt: (ms: number) => Promise<boolean>): Promise<void> {
  for (let ms = shortestMs; !(await attempt(ms)); ms *= 4);
}
