/** The header that makes a browser save an answer under a name (RFC 6266, RFC 8187). */

/** Every name arrives whole in today's browsers; others get it with `_` for what ASCII does not have. */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${extendedValue(fileName)}`;
}

function extendedValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
