import { isJsonObject, type Json } from './json.ts'

/**
 * Stands for a secret input inside arguments. Only an executor's port turns it into text, at the last moment;
 * plans, journals and documents carry the reference.
 */
export interface SecretRef {
  readonly $secret: string
}

/** Text around secrets, for example `Bearer ` before a token. Tainted as a whole. */
export interface SecretText {
  readonly $secret_text: readonly (string | SecretRef)[]
}

/** A value that carries a secret, whole or in part. */
export type Tainted = SecretRef | SecretText

export function isTainted(value: unknown): value is Tainted {
  return isJsonObject(value) && ('$secret' in value || '$secret_text' in value)
}

/** Says whether a secret hides anywhere inside a value. */
export function carriesSecret(value: Json): boolean {
  if (isTainted(value)) return true
  if (Array.isArray(value)) return value.some((item: Json) => carriesSecret(item))
  return isJsonObject(value) && Object.values(value).some(carriesSecret)
}
