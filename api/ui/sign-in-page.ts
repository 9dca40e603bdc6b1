import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 24rem; margin: 15vh auto; padding: 0 1rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
input, button { margin: .5rem 0 1rem; padding: .6rem }
[role=alert] { color: #c0392b }
`;

/** The page is static but for its message: nothing may run in it, and nobody may frame it. */
export const signInPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** @param message fixed text of ours; it is not escaped. */
export function signInPage(next: string, message?: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast: sign in</title><style>${style}</style></head>
<body><main>
<h1>Holdfast</h1>
${message === undefined ? '' : `<p role="alert">${message}</p>`}
<form method="post" action="/ui/sign-in">
<input type="hidden" name="next" value="${escapeAttribute(next)}">
<label for="key">API key with the scope operator or admin</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>
</main></body></html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
