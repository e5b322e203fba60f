import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { SecretSource } from './model.ts'

/** Names of settings whose value is a secret by all experience. */
const secretName = /(?:^|_|-)(?:pass|passwd|password|passphrase|secret|token|api_?key|private_key)$/i

export function looksSecret(name: string): boolean {
  return secretName.test(name)
}

export interface SecretLift {
  /** The value with references in place of `{secret: …}`. */
  readonly value: JsonObject
  readonly secrets: Readonly<Record<string, SecretSource>>
  readonly problems: readonly { readonly path: readonly string[]; readonly kind: 'text' | 'source' }[]
}

/**
 * Turns every `{secret: {env: NAME}}` into a reference.
 *
 * @param owner - where the settings belong, for example `systems.cluster`; starts the names of the secrets
 */
export function liftSecrets(settings: JsonObject, owner: string): SecretLift {
  const secrets: Record<string, SecretSource> = {}
  const problems: { path: readonly string[]; kind: 'text' | 'source' }[] = []
  const walk = (value: Json, path: readonly string[]): Json => {
    if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, [...path, String(index)]))
    if (isJsonObject(value)) {
      if (isReference(value)) return refer(value['secret'] as Json, path)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]))
    }
    if (typeof value === 'string' && value !== '' && looksSecret(path.at(-1) ?? ''))
      problems.push({ path, kind: 'text' })
    return value
  }
  const refer = (source: Json, path: readonly string[]): Json => {
    const known = secretSource(source)
    if (!known) {
      problems.push({ path, kind: 'source' })
      return null
    }
    const name = [owner, ...path].join('.')
    secrets[name] = known
    return { $secret: name }
  }
  return { value: walk(settings, []) as JsonObject, secrets, problems }
}

function isReference(value: JsonObject): boolean {
  return Object.keys(value).length === 1 && 'secret' in value
}

function secretSource(source: Json): SecretSource | undefined {
  if (!isJsonObject(source)) return undefined
  const [entry, ...more] = Object.entries(source)
  if (!entry || more.length > 0) return undefined
  const [kind, value] = entry
  if ((kind === 'env' || kind === 'file') && typeof value === 'string' && value !== '') return { [kind]: value }
  const words =
    Array.isArray(value) && value.length > 0 && value.every((word): word is string => typeof word === 'string')
  return kind === 'command' && words ? { command: value as readonly string[] } : undefined
}
