export { compareVersions, isVersion, type VersionScheme, versionPart, versionSchemes } from '../base/version-scheme.ts'
