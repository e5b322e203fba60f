import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Lets a module bring along copies of all modules of its own folder: what is asked for with `rollbook-copy` hands the
 * mark on to what it imports, and to Node a module with another address is another module.
 */
const hooks = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  const parent = context.parentURL === undefined ? undefined : new URL(context.parentURL)
  const copy = parent?.searchParams.get('rollbook-copy')
  const folder = parent?.searchParams.get('of')
  if (!copy || !folder || !found.url.startsWith(folder) || found.url.includes('rollbook-copy')) return found
  const url = new URL(found.url)
  url.searchParams.set('rollbook-copy', copy)
  url.searchParams.set('of', folder)
  return { ...found, url: url.href }
}
`

let isRegistered = false
let copies = 0

/**
 * Imports a module anew, as another process would: neither it nor what it imports from its folder shares anything with
 * an earlier import. Modules in CommonJS are shared all the same.
 *
 * @param folder - whose modules are copied
 */
export async function importCopy(path: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  if (!isRegistered) register(`data:text/javascript,${encodeURIComponent(hooks)}`)
  isRegistered = true
  copies += 1
  const url = pathToFileURL(path)
  url.searchParams.set('rollbook-copy', String(copies))
  url.searchParams.set('of', `${pathToFileURL(folder).href}/`)
  return (await import(url.href)) as Readonly<Record<string, unknown>>
}
