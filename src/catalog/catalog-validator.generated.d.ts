// Generated from schemas/catalog.v1.schema.json by "npm run generate". Do not edit.
import type { SchemaValidator } from '../source/schema-finding.ts'
declare const validate: SchemaValidator
export default validate
