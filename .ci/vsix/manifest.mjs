/** The two files of a .vsix that the editor reads before it unpacks the rest: what is inside, and which kinds of files. */

const escapeXml = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * @param manifest - package.json of the extension
 * @returns `extension.vsixmanifest`
 */
export function vsixManifest(manifest) {
  const { name, version, publisher, displayName, description, keywords, categories, engines, icon } = manifest
  const properties = [
    ['Engine', engines.vscode],
    ['ExtensionDependencies', ''],
    ['ExtensionPack', ''],
    ['ExtensionKind', 'workspace'],
    ['ExecutesCode', 'true'],
  ].map(([id, value]) => `<Property Id="Microsoft.VisualStudio.Code.${id}" Value="${escapeXml(value)}" />`)
  const assets = [
    ['Microsoft.VisualStudio.Code.Manifest', 'extension/package.json'],
    ['Microsoft.VisualStudio.Services.Content.Details', 'extension/README.md'],
    ...(icon ? [['Microsoft.VisualStudio.Services.Icons.Default', `extension/${icon}`]] : []),
  ].map(([type, path]) => `<Asset Type="${type}" Path="${escapeXml(path)}" Addressable="true" />`)
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escapeXml(name)}" Version="${escapeXml(version)}" Publisher="${escapeXml(publisher)}" />
    <DisplayName>${escapeXml(displayName)}</DisplayName>
    <Description xml:space="preserve">${escapeXml(description)}</Description>
    <Tags>${escapeXml(keywords.join(','))}</Tags>
    <Categories>${escapeXml(categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      ${properties.join('\n      ')}
    </Properties>${icon ? `\n    <Icon>extension/${escapeXml(icon)}</Icon>` : ''}
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    ${assets.join('\n    ')}
  </Assets>
</PackageManifest>
`
}

/** @param paths - of all files in the package; returns `[Content_Types].xml` */
export function contentTypes(paths) {
  const known = {
    json: 'application/json',
    js: 'application/javascript',
    mjs: 'application/javascript',
    md: 'text/markdown',
    svg: 'image/svg+xml',
    png: 'image/png',
    css: 'text/css',
    vsixmanifest: 'text/xml',
  }
  const extensions = new Set(paths.map((path) => /\.([^./]+)$/.exec(path)?.[1] ?? ''))
  const lines = [...extensions].sort().flatMap((extension) => {
    return extension === ''
      ? []
      : [`<Default Extension=".${escapeXml(extension)}" ContentType="${known[extension] ?? 'text/plain'}" />`]
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${lines.join('')}</Types>
`
}
