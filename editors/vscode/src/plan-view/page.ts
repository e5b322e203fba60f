/** The page around the plan: no text of a runbook is in it, and nothing but our own style and script is loaded. */
export interface PageParts {
  /** Where the webview loads files of the extension from, for the policy. */
  readonly source: string
  readonly style: string
  readonly script: string
  /** Chance, made anew for every page. */
  readonly nonce: string
}

export function planPage({ source, style, script, nonce }: PageParts): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Plan</title>
</head>
<body>
<p id="notice" role="status" hidden></p>
<main id="plan"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`
}
